console.log("concurry: the tour has no steps yet");

export {};

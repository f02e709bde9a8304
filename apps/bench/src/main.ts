console.log("concurry: the bench has no cases yet");

export {};

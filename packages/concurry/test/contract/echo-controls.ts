/** What the echo host answers on the control lane. */
export interface EchoControls {
  join(left: string, right: string): Promise<string>;
  fail(message: string): Promise<never>;
  never(): Promise<void>;
  askBack(question: string): Promise<string>;
}

/** What the test answers. */
export interface TestControls {
  answer(question: string): Promise<string>;
}

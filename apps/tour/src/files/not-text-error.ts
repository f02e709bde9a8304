/** A file that should hold text holds bytes that are none. */
export class NotTextError extends Error {
  readonly code: "ERR_NOT_TEXT" = "ERR_NOT_TEXT";
  readonly file: string;
  readonly bytes: number;

  constructor(file: string, bytes: number, options: ErrorOptions) {
    super(`${file} is not UTF-8 text`, options);
    this.name = "NotTextError";
    this.file = file;
    this.bytes = bytes;
  }
}

import { Worker } from "concurry";

class Base extends Worker {
  inherited(): string {
    return "from the base";
  }

  overridden(): string {
    return "from the base";
  }
}

interface Greets {
  greet(name: string): string;
}

function withGreeting<T extends Worker>(base: new () => T): new () => T & Greets {
  class Greeting extends (base as new () => Worker) {
    greet(name: string): string {
      return `Hello ${name}`;
    }
  }
  return Greeting as unknown as new () => T & Greets;
}

const GreetingBase: new () => Base & Greets = withGreeting(Base);

/** Has every kind of member. */
export class Named extends GreetingBase {
  readonly inAField = (): string => "a field is no method";
  readonly #secret = "private";

  get getter(): string {
    return "a getter is no method";
  }

  override overridden(): string {
    return `${super.overridden()}, and from the class`;
  }

  plain(): string {
    return this.#secret;
  }

  healthCheck(): boolean {
    return true;
  }

  _hidden(): string {
    return "starts with _";
  }

  [Symbol.search](): string {
    return "a symbol is no method";
  }

  static builder(): string {
    return "static";
  }
}

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

type WithGreeting<C extends new () => Worker> = Omit<C, "prototype"> & (new () => InstanceType<C> & Greets);

function withGreeting<C extends new () => Worker>(base: C): WithGreeting<C> {
  class Greeting extends (base as new () => Worker) {
    greet(name: string): string {
      return `Hello ${name}`;
    }
  }
  return Greeting as unknown as WithGreeting<C>;
}

const GreetingBase: WithGreeting<typeof Base> = withGreeting(Base);

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

/** What an attribute may be. */
type Attributes = Readonly<Record<string, string | number>>;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Text as it stands in XML. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] as string);
}

/** One element; `content` is XML already. */
export function element(name: string, attributes: Attributes, content: string = ""): string {
  const pairs = Object.entries(attributes).map(([key, value]) => {
    // A tenth of a pixel is exact enough, and the file stays small.
    return ` ${key}="${typeof value === "number" ? Math.round(value * 10) / 10 : escapeXml(value)}"`;
  });
  return content === "" ? `<${name}${pairs.join("")}/>` : `<${name}${pairs.join("")}>${content}</${name}>`;
}

/** One line of text. */
export function textLine(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element("text", { x, y, ...attributes }, escapeXml(text));
}

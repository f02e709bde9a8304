// Looks at the text only: what it gets wrong costs time (a needless binder, or a second host), never the class.

/** Whether `source` seems to export a class under the name `className`. */
export function seemsExported(source: string, className: string): boolean {
  if (className === "") return true;
  const name = `(?<![\\w$])${className.replaceAll("$", "\\$")}(?![\\w$])`;
  const patterns = [
    `export\\s+(?:default\\s+)?(?:abstract\\s+)?class\\s+${name}`,
    `export\\s+default\\s+${name}`,
    `export\\s+(?:const|let|var)\\s+${name}`,
    `export\\s*\\{[^}]*${name}[^}]*\\}`,
    `exports\\s*\\.\\s*${name}`,
    `exports\\s*\\[\\s*["']${name}["']\\s*\\]`,
    `module\\.exports\\s*=\\s*(?:class\\s+)?${name}`,
    `module\\.exports\\s*=\\s*\\{[^}]*${name}`,
  ];
  return patterns.some((pattern) => new RegExp(pattern).test(source));
}

/** Whether `className` can stand in code as the name of a binding. */
export function isBindingName(className: string): boolean {
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u.test(className)) return false;
  return !RESERVED.has(className);
}

const RESERVED = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export " +
    "extends false finally for function if implements import in instanceof interface let new null package " +
    "private protected public return static super switch this throw true try typeof var void while with yield"
  ).split(" "),
);

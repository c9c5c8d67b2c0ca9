/**
 * Finds the fields of types and classes whose value is a function, in TypeScript that is formatted as ours is. A scan of the text, not a
 * parser: a field is `name: ... => ...` that ends with a semicolon, or stands in braces that have one.
 */
const FIELD = /(?<![\w.?])(?:readonly\s+)?(#?\w+)\??:\s*(?=\()/g;

/** Names of the fields, those whose type is an alias of a function type last. */
export function fieldsOfFunctionType(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
  const direct = [...code.matchAll(FIELD)].flatMap((match) => {
    const name = match[1] ?? '';
    const start = match.index + match[0].length;
    return isFunctionType(code, start) && isTypeMember(code, match.index, start) ? [name] : [];
  });
  const aliases = [...code.matchAll(/\btype (\w+)(?:<[^=]*>)? = \([^=]*?\) =>/g)].map((match) => match[1] ?? '');
  const named = aliases.flatMap((alias) =>
    [...code.matchAll(new RegExp(`(#?\\w+)\\??: ${alias}\\b[^;,(){}]*[;}]`, 'g'))].map((match) => match[1] ?? ''),
  );
  return [...direct, ...named];
}

/** The type that begins here with a parenthesis has an arrow behind it, or within it. */
function isFunctionType(code: string, start: number): boolean {
  const close = matching(code, start);
  const within = code.slice(start + 1, close);
  return /^\s*(?::[^=;]*)?=>/.test(code.slice(close + 1)) || /^\s*\([\s\S]*\)\s*=>/.test(within);
}

/** Whether a member of a type: it ends with a semicolon, or its braces have one. */
function isTypeMember(code: string, nameAt: number, start: number): boolean {
  let depth = 0;
  for (let at = start; at < code.length; at++) {
    const char = code.charAt(at);
    if (char === '>' && code.charAt(at - 1) === '=') continue;
    if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    if (depth < 0)
      return char === '}' && (code.slice(opening(code, nameAt), at).includes(';') || /\S:\s*$/.test(code.slice(0, opening(code, nameAt))));
    if (depth === 0 && char === ';') return true;
    if (depth === 0 && char === ',') return false;
  }
  return false;
}

/** Where the brace opens that a position stands in. */
function opening(code: string, from: number): number {
  let depth = 0;
  for (let at = from - 1; at >= 0; at--) {
    const char = code.charAt(at);
    if (')]}'.includes(char)) depth++;
    else if ('([{'.includes(char) && depth-- === 0) return at;
  }
  return 0;
}

/** Where the parenthesis closes that opens here. */
function matching(code: string, start: number): number {
  let depth = 0;
  for (let at = start; at < code.length; at++) {
    if (code.charAt(at) === '(') depth++;
    else if (code.charAt(at) === ')' && --depth === 0) return at;
  }
  return code.length;
}

import { malformed } from './token.ts'

const simple: Record<string, string> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
  ...{ '\\': '\\', '"': '"', "'": "'" },
}

/** What a string or character constant of Go stands for (Go specification, "String literals"). */
export function quotedText(text: string): string {
  const inner = text.slice(1, -1)
  if (text.startsWith('`')) return inner
  return inner.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/gs,
    (_, hex?: string, short?: string, long?: string, octal?: string, letter?: string) => {
      if (letter !== undefined) {
        const found = simple[letter]
        if (found === undefined) throw malformed('invalid syntax in a quoted string')
        return found
      }
      const code =
        octal === undefined ? Number.parseInt(hex ?? short ?? long ?? '0', 16) : Number.parseInt(octal, 8)
      if (code > 0x10_ffff) throw malformed('invalid syntax in a quoted string')
      return String.fromCodePoint(code)
    },
  )
}

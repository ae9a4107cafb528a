/** A value this short appears in ordinary text by chance, so leaving it out would say nothing and hide much. */
export const secretLengthMin = 4
/** Shortest beginning of a secret, at the end of a cut text, that is taken for one. */
const beginningMin = 3

/**
 * Text without the secrets that were used to get it: as they are, and as URLs, JSON, base64 and Basic credentials would hold them.
 * The beginning of one at the very end, where a text was cut, goes as well.
 */
export function redact(text: string, secrets: ReadonlyMap<string, string>): string {
  let redacted = text
  for (const [name, value] of secrets) {
    for (const form of formsOf(value)) {
      redacted = redacted.replaceAll(form, `«secret ${name}»`)
      for (let length = Math.min(form.length - 1, redacted.length); length >= beginningMin; length -= 1) {
        if (!redacted.endsWith(form.slice(0, length))) continue
        redacted = `${redacted.slice(0, -length)}«secret ${name}»`
        break
      }
    }
  }
  return redacted
}

/** Longest first, so that none is left half. */
function formsOf(value: string): string[] {
  const encoded = Buffer.from(value).toString('base64')
  const forms = [
    value,
    value.trim(),
    encodeURIComponent(value.toWellFormed()),
    JSON.stringify(value).slice(1, -1),
    encoded,
    encoded.replace(/=+$/, ''),
    Buffer.from(value).toString('base64url'),
  ]
  return [...new Set(forms)]
    .filter((form) => form.length >= secretLengthMin)
    .sort((a, b) => b.length - a.length)
}

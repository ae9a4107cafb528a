/**
 * The name that a `U__` form stands for: `_` is written `__`, and what a label name of old could not hold as `_HEX_`
 * (prometheus/proposals 0028, "UTF-8 support"). Any other name, or a form that is broken, stands for itself.
 */
export function unescapedName(text: string): string {
  if (!text.startsWith('U__')) return text
  let broken = false
  const name = text.slice(3).replace(/_(?:([0-9a-fA-F]{0,6})_)?/g, (whole, hex?: string) => {
    if (hex === '') return '_'
    const code = hex === undefined ? Number.NaN : Number.parseInt(hex, 16)
    if (!(code <= 0x10_ffff) || (code >= 0xd800 && code <= 0xdfff)) {
      broken = true
      return whole
    }
    return String.fromCodePoint(code)
  })
  return broken ? text : name
}

/** Text that some system wrote: one line, of bounded length, without what steers a terminal or turns the reading direction. For cells, which are text. */
export function messageText(message: string, max: number): string {
  const plain = message.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim()
  return plain.length <= max ? plain : `${plain.slice(0, max - 1)}…`
}

/** The same within a sentence, which is Markdown: as code, so that nothing in it is a link, an image, emphasis or a citation. */
export const quotedLine = (message: string, max: number): string => {
  const text = messageText(message, max).replace(/`/g, "'")
  return text === '' ? '(empty)' : `\`${text}\``
}

/** A name that a system gave: as it is where it is plainly a name, else as code; Markdown makes links of addresses on its own. */
export const plainText = (name: string, max = 120): string =>
  name.length <= max && /^[\p{L}\p{N}/][\p{L}\p{N} _./:%+,=#-]*$/u.test(name) && !/\/\/|www\./i.test(name)
    ? name
    : quotedLine(name, max)

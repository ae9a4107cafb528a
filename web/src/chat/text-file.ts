/** A text file that waits to be sent. */
export type TextFile = {
  key: string
  name: string
  mediaType: string
  text: string
  sizeBytes: number
}

export const fileBytesMax = 1_048_576
export const filesMax = 10
/** A text pasted longer than this is a file: the question stays readable. */
export const pastedMax = 4_000

/** Types that the server takes as they are; any other text goes as plain text. */
const textual = /^(text\/[\w.+-]+|application\/([\w.-]+\+)?(json|yaml|xml))$/

/** The file if it is UTF-8 text of a bearable size, else why it cannot be attached. */
export async function readTextFile(file: File, key: string): Promise<TextFile | { refused: string }> {
  if (file.size > fileBytesMax) return { refused: `${file.name} is larger than 1 MiB.` }
  if (file.size === 0) return { refused: `${file.name} is empty.` }
  const text = decoded(new Uint8Array(await file.arrayBuffer()))
  if (text === undefined)
    return { refused: `${file.name} is not text. Attach logs, manifests or traces as text.` }
  const type = file.type.split(';')[0]?.trim().toLowerCase() ?? ''
  const mediaType = textual.test(type) ? type : 'text/plain'
  return { key, name: file.name || 'attachment.txt', mediaType, text, sizeBytes: file.size }
}

/** Undefined for what is not UTF-8 or holds zero bytes, as binary files do. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

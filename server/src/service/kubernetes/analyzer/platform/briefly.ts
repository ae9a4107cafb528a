import { plainText } from '../evidence.ts'

const lengthMax = 160

/** What a cluster says, short enough for the middle of a sentence: without the full stop at its end. */
export function briefly(text: string): string {
  const plain = plainText(text)
  if (plain === '') return 'no reason is given'
  return (plain.length > lengthMax ? `${plain.slice(0, lengthMax)}…` : plain).replace(/[.\s]+$/, '')
}

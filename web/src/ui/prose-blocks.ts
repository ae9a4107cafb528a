/**
 * Markdown as blocks that mean the same apart as together, so that a text which grows is read anew only at its end. It is cut
 * at empty lines outside of fenced code, before lines that cannot belong to a list or quote above them.
 */
export function proseBlocks(text: string): string[] {
  const blocks: string[] = []
  let block = ''
  let fence = ''
  let empty = false
  for (const line of text.split(/(?<=\n)/)) {
    if (empty && fence === '' && opensBlock(line)) {
      blocks.push(block)
      block = ''
    }
    fence = fenceAfter(fence, line)
    empty = line.trim() === ''
    block += line
  }
  return block === '' ? blocks : [...blocks, block]
}

/** Neither empty, nor indented, nor an item of a list. */
const opensBlock = (line: string): boolean => /^\S/.test(line) && !/^([-*+]|\d{1,9}[.)])(\s|$)/.test(line)

/** The fence that is open after this line; one is closed by as many of its sign or more. */
function fenceAfter(open: string, line: string): string {
  const [, mark = ''] = /^\s*(`{3,}|~{3,})/.exec(line) ?? []
  if (mark === '') return open
  if (open === '') return mark
  return mark.startsWith(open) && line.trim() === mark ? '' : open
}

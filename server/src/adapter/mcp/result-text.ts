import type { RawResult } from './connection.ts'
import { plain } from './definition.ts'

type Block = RawResult['content'][number]

/** What a tool said as text; pictures and sounds are named and left out. */
export const textOf = (content: readonly Block[]): string => content.map(blockText).join('\n')

function blockText(block: Block): string {
  if (block.type === 'text') return plain(block.text)
  if (block.type === 'resource')
    return 'text' in block.resource ? plain(block.resource.text) : `[${block.resource.uri}: bytes, left out]`
  if (block.type === 'resource_link') return `[${plain(block.uri)}]`
  return `[${block.type} ${block.mimeType}, left out]`
}

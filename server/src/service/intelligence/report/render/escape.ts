import { inertSentence } from '../../answer/inert-sentence.ts'

const entities: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
}

/** Text as it may stand in HTML, in an element or a quoted attribute. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => entities[c]!)

/** Text as it may stand in Markdown without meaning anything there: no link, no image, no HTML, no table cell that ends early. */
export const plainMarkdown = (text: string): string => inertSentence(text).replaceAll('|', '\\|')

import { plainLine } from '../../service/intelligence/index.ts'

const signs: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
}

/** Text as it may stand in XML 1.0, in an element or a quoted attribute: characters that XML has none for are gone. */
export const xmlText = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, (sign) => signs[sign]!)

/** Text of somebody's system, where readers disagree whether it is HTML: it is one line and makes no element either way. */
export const feedLine = (text: string, max: number): string =>
  xmlText(plainLine(text, max).replaceAll('<', '‹').replaceAll('>', '›'))

/** Longest text that is made safe; what is longer is cut. */
const textMax = 60_000

/** Pages of the web app, which a link may lead to. */
const ownPage =
  /^\/(?:incidents|alerts|clusters|explore|logs|metrics|traces|topology|runbooks|reports|chat|personas|analysis|anomalies|gpu|cnf|infrastructure|kubernetes|services|changes|dashboards|overview|approvals|silences)(?:[/?#][\w\-./~%=&?+:,#]*)?$/

/**
 * Markdown without what could load, lead away or run: no images, no HTML, no link definitions; links only to our own pages, and to
 * `documents` (addresses that trusted evidence holds), those with their host in the text. What else was linked stays as words.
 */
export function safeMarkdown(text: string, documents: ReadonlySet<string> = new Set()): string {
  let safe = text.slice(0, textMax)
  // Taking one thing out can put another together.
  for (let round = 0; round < 8; round += 1) {
    const next = onceSafe(safe, documents)
    if (next === safe) return safe
    safe = next
  }
  return safe.replace(/[<>[\]()!]/g, '')
}

function onceSafe(text: string, documents: ReadonlySet<string>): string {
  return (
    text
      .replace(/```[^\n`]{0,64}|~~~[^\n]{0,64}/g, '')
      .replace(/<!--[\s\S]{0,4096}?(?:-->|$)/g, '')
      .replace(/<(?:[a-z][a-z0-9+.-]{1,30}:[^\s<>]{0,2048})>/gi, '')
      .replace(/<[/a-z!?][^<>]{0,2048}>?/gi, '')
      .replace(/!\[([^[\]\n]{0,500})\](?:\([^()\n]{0,2048}\)|\[[^[\]\n]{0,100}\])?/g, '$1')
      .replace(/^[ \t]{0,3}\[[^[\]\n]{1,100}\]:[^\n]{0,2048}$/gm, '')
      .replace(
        /\[([^[\]\n]{0,500})\]\(((?:[^()\n]|\([^()\n]{0,200}\)){0,2048})\)/g,
        (_, label: string, target: string) => link(label, target.trim(), documents),
      )
      .replace(/\[([^[\]\n]{1,500})\]\[[^[\]\n]{0,100}\](?!\[)/g, (whole, label: string) =>
        isCite(whole) ? whole : label,
      )
      .replace(/(?<!\]\()(?<![a-z])[a-z][a-z0-9+.-]{1,30}:\/\/[^\s()<>[\]"'`]{1,2048}/gi, (url) =>
        documents.has(url) ? `[${hostOf(url)}](${url})` : hostWord,
      )
      .replace(/(?:javascript|vbscript):|\b(?:data|mailto|file|tel):(?=\S)/gi, '')
      .replace(/(?<![\w./@])www\.[\w.-]{1,253}(?:\/[^\s()<>[\]"'`]{0,2048})?/gi, hostWord)
      .replace(/(?<!\]\(https):\/\//gi, ': //')
      // What is left of a link that is none.
      .replace(/\]\((?!\/)/g, (whole, at: number, all: string) =>
        isDocument(all.slice(at + 2), documents) ? whole : '] (',
      )
      .replace(/&(?=#|[a-z]{2,24};)/gi, '')
  )
}

const isDocument = (text: string, documents: ReadonlySet<string>): boolean => {
  const target = /^[^()\s]{1,2048}(?=\))/.exec(text)?.[0]
  return target !== undefined && documents.has(target)
}
const hostWord = '(link removed)'
const isCite = (text: string): boolean => /^(?:\[[ec]\d{1,4}\])+$/.test(text)

function link(label: string, target: string, documents: ReadonlySet<string>): string {
  if (/^[ec]\d{1,4}$/.test(label)) return `[${label}]`
  if (ownPage.test(target)) return kept(label, target)
  if (documents.has(target) && /^https:\/\//.test(target)) {
    const host = hostOf(target)
    return kept(label.includes(host) ? label : `${label} (${host})`, target)
  }
  return label
}

/** Written so that it is not read as a link again when its label is looked at once more. */
const kept = (label: string, target: string): string => `[${label}](${target})`

function hostOf(url: string): string {
  try {
    return new URL(url).host
  } catch {
    return 'unknown host'
  }
}

/** An address of another place, in whatever form. */
export const hasForeignLink = (text: string): boolean =>
  /[a-z][a-z0-9+.-]{1,30}:\/\/|\bwww\.|\]\((?!\/)|\(link removed\)|\bdata:[a-z]+\/|javascript:/i.test(text)

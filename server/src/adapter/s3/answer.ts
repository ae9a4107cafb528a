// S3's answers are small XML documents of a fixed form without attributes or nesting of the same name
// (docs.aws.amazon.com/AmazonS3/latest/API), so they are read by name.

/** Text of the first element of that name; empty when there is none. */
export const textOf = (xml: string, name: string): string =>
  plain(new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '')

export type ListedPage = { objects: { key: string; sizeBytes: number }[]; next: string }

/** A page of ListObjectsV2 with `encoding-type=url`; `next` is empty on the last one. */
export function listedPage(xml: string): ListedPage {
  const objects = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, inner = '']) => ({
    key: decoded(textOf(inner, 'Key')),
    sizeBytes: Number(textOf(inner, 'Size')),
  }))
  const more = textOf(xml, 'IsTruncated') === 'true'
  return { objects, next: more ? textOf(xml, 'NextContinuationToken') : '' }
}

export const completionOf = (tags: readonly string[]): string =>
  `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${tags
    .map((tag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${escaped(tag)}</ETag></Part>`)
    .join('')}</CompleteMultipartUpload>`

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
const plain = (text: string): string =>
  text.replace(/&(#x[0-9a-fA-F]{1,6}|#[0-9]{1,7}|lt|gt|quot|apos|amp);/g, (_, name: string) => {
    if (!name.startsWith('#')) return entities[name] ?? ''
    const code = name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code <= 0x10ffff ? String.fromCodePoint(code) : ''
  })

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

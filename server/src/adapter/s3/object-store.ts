import { Fault } from '../../kernel/fault.ts'
import type { ObjectStore } from '../../port/object-store.ts'
import { completionOf, listedPage, textOf } from './answer.ts'
import { createSignedFetch, type S3Answer, type SignedFetchOptions } from './signed-fetch.ts'

export type S3Options = SignedFetchOptions & {
  /** Before every key; empty for none. */
  prefix: string
}

const segment = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,200}$/
/** S3 allows keys of 1,024 bytes, the prefix within. */
const keyLengthMax = 900
/** S3 allows this many parts. */
const partsMax = 10_000
const partsAtOnce = 3
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const stringOf = ({ body }: S3Answer): string => new TextDecoder().decode(body)

/**
 * Objects of a bucket under a prefix. A put is one request, or an upload in parts that shows only once it is complete and is given
 * up when a part cannot be put. The bucket must be there. Parts of an upload that a crash left behind are for the bucket's own rule
 * (AbortIncompleteMultipartUpload) to remove.
 */
export function createS3ObjectStore(options: S3Options): ObjectStore {
  const send = createSignedFetch(options)
  const { config } = options
  const before = options.prefix === '' ? '' : `${options.prefix.replace(/^\/+|\/+$/g, '')}/`

  async function putParts(key: string, body: Uint8Array): Promise<void> {
    const started = await send({ method: 'POST', key, query: { uploads: '' } }, [200])
    const uploadId = textOf(stringOf(started), 'UploadId')
    if (uploadId === '') throw new Fault('STORAGE_UNAVAILABLE', 'The object store began no upload.')
    const partBytes = Math.max(config.part_bytes, Math.ceil(body.length / partsMax))
    const count = Math.ceil(body.length / partBytes)
    const tags: string[] = []
    let next = 0
    const work = async (): Promise<void> => {
      while (next < count) {
        const part = next++
        const bytes = body.subarray(part * partBytes, (part + 1) * partBytes)
        const query = { partNumber: String(part + 1), uploadId }
        tags[part] = (await send({ method: 'PUT', key, query, body: bytes }, [200])).headers.get('etag') ?? ''
      }
    }
    try {
      await Promise.all(Array.from({ length: partsAtOnce }, work))
      const whole = bytesOf(completionOf(tags))
      const done = stringOf(await send({ method: 'POST', key, query: { uploadId }, body: whole }, [200]))
      // The status comes before the work is done, and an error then as a document.
      const code = textOf(done, 'Code')
      if (code !== '')
        throw new Fault('STORAGE_UNAVAILABLE', `The object store did not complete ${key}: ${code}.`)
    } catch (error) {
      next = count
      await send({ method: 'DELETE', key, query: { uploadId } }, [204, 404]).catch(() => undefined)
      throw error
    }
  }

  return {
    async put(name, body) {
      const key = before + checked(name)
      if (body.length > config.part_bytes) return putParts(key, body)
      await send({ method: 'PUT', key, body }, [200])
    },
    async get(name, range) {
      const key = before + checked(name)
      if (range && range.end <= range.start) return new Uint8Array(0)
      const headers: Record<string, string> = range ? { range: `bytes=${range.start}-${range.end - 1}` } : {}
      const answer = await send({ method: 'GET', key, headers }, [200, 206, 404, 416])
      // 416: the range begins at the end or beyond.
      if (answer.status === 416) return new Uint8Array(0)
      if (answer.status === 404) throw missing(stringOf(answer), name, options.bucket)
      return answer.body
    },
    async *list(prefix) {
      let token = ''
      do {
        const query: Record<string, string> = {
          ...{ 'list-type': '2', 'encoding-type': 'url', prefix: before + prefix },
        }
        if (token !== '') query['continuation-token'] = token
        const answer = await send({ method: 'GET', key: '', query }, [200])
        const page = listedPage(stringOf(answer))
        for (const { key, sizeBytes } of page.objects) yield { key: key.slice(before.length), sizeBytes }
        token = page.next
      } while (token !== '')
    },
    async delete(name) {
      await send({ method: 'DELETE', key: before + checked(name) }, [200, 204, 404])
    },
    async close() {},
  }
}

function missing(xml: string, name: string, bucket: string): Fault {
  return textOf(xml, 'Code') === 'NoSuchBucket'
    ? new Fault('STORAGE_UNAVAILABLE', `There is no bucket ${bucket}: make it, or name another.`)
    : new Fault('NOT_FOUND', `There is no object ${name}.`)
}

function checked(key: string): string {
  if (key.length <= keyLengthMax && key.split('/').every((one) => segment.test(one))) return key
  throw new Fault(
    'INVALID_REQUEST',
    `"${key.slice(0, 100)}" is no key of an object: it is segments of letters, digits, dot, underscore and hyphen, with "/" between.`,
  )
}

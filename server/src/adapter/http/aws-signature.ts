import { AwsV4Signer } from 'aws4fetch'
import type { HttpRequest } from '../../port/http-client.ts'

export type Signed = { url: URL; headers: Record<string, string> }
export type AwsSigner = (url: URL, request: HttpRequest, nowMs: number) => Promise<Signed>

/** Day keys by secret, day, region and service: few, and forgotten all at once. */
const keysMax = 64

/**
 * AWS Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html) of what a request says about itself:
 * all of its headers, the host, the time and the body's SHA-256. Headers that are added afterwards are not signed.
 */
export function createAwsSigner(): AwsSigner {
  const cache = new Map<string, ArrayBuffer>()
  return async (url, { method, headers, body, aws }, nowMs) => {
    if (!aws) return { url, headers: { ...headers } }
    if (cache.size >= keysMax) cache.clear()
    const signed = await new AwsV4Signer({
      ...{ method, url: url.href, headers: { ...headers }, cache, allHeaders: true },
      datetime: new Date(nowMs).toISOString().replace(/[:-]|\.\d{3}/g, ''),
      ...{ region: aws.region, service: aws.service },
      ...{ accessKeyId: aws.accessKeyId, secretAccessKey: aws.secretAccessKey },
      ...(aws.sessionToken ? { sessionToken: aws.sessionToken } : {}),
      ...(body ? { body: body as Uint8Array<ArrayBuffer> } : {}),
    }).sign()
    return { url: signed.url, headers: Object.fromEntries(signed.headers) }
  }
}

import { describe, expect, it } from 'vitest'
import type { HttpRequest } from '../../port/http-client.ts'
import { createAwsSigner } from './aws-signature.ts'

const nowMs = Date.parse('2015-08-30T12:36:00Z')
const token = '6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267'
const unreserved = '-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const form = (type: string) => ({
  headers: {
    'content-type': type,
    'content-length': '13',
    'x-amz-content-sha256': '9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e',
  },
  body: Buffer.from('Param1=value1'),
})
type Case = [
  name: string,
  request: string,
  signature: string,
  more?: Partial<Pick<HttpRequest, 'headers' | 'body'>> & { sessionToken?: string },
]

/**
 * The AWS Signature Version 4 test suite, as in awslabs/aws-c-auth (tests/aws-signing-test-suite/v4), paths
 * normalised. Without `get-space` and `get-utf8`, which encode the path of the URL once: services other than S3 have it encoded again.
 */
const cases: Case[] = [
  [
    'get-header-key-duplicate',
    'GET /',
    'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
    { headers: { 'My-Header1': 'value2,value2,value1' } },
  ],
  [
    'get-header-value-multiline',
    'GET /',
    'cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd',
    { headers: { 'My-Header1': 'value1   value2      value3' } },
  ],
  [
    'get-header-value-trim',
    'GET /',
    'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
    { headers: { 'My-Header1': ' value1', 'My-Header2': ' "a   b   c"' } },
  ],
  [
    'get-relative-normalized',
    'GET /example/..',
    '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  ],
  [
    'get-unreserved',
    `GET /${unreserved}`,
    '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
  ],
  [
    'get-vanilla-empty-query-key',
    'GET /?Param1=value1',
    'a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb',
  ],
  [
    'get-vanilla-query-order-encoded',
    'GET /?Param-3=Value3&Param=Value2&%E1%88%B4=Value1',
    '371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac',
  ],
  [
    'get-vanilla-query-order-key-case',
    'GET /?Param2=value2&Param1=value1',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  [
    'get-vanilla-query-unreserved',
    `GET /?${unreserved}=${unreserved}`,
    '9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197',
  ],
  [
    'get-vanilla-utf8-query',
    'GET /?ሴ=bar',
    '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
  ],
  ['get-vanilla', 'GET /', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  [
    'get-vanilla-with-session-token',
    'GET /',
    '07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8',
    { sessionToken: token },
  ],
  [
    'post-header-key-sort',
    'POST /',
    'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
    { headers: { 'My-Header1': 'value1' } },
  ],
  [
    'post-header-value-case',
    'POST /',
    'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d',
    { headers: { 'My-Header1': 'VALUE1' } },
  ],
  [
    'post-vanilla-query',
    'POST /?Param1=value1',
    '28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11',
  ],
  ['post-vanilla', 'POST /', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'post-x-www-form-urlencoded-parameters',
    'POST /',
    '328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422',
    form('application/x-www-form-urlencoded; charset=utf-8'),
  ],
  [
    'post-x-www-form-urlencoded',
    'POST /',
    'd3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b',
    form('application/x-www-form-urlencoded'),
  ],
]

describe('a signature of the AWS test suite:', () => {
  const sign = createAwsSigner()
  it.each(cases)('%s', async (_, line, signature, { headers = {}, body, sessionToken = '' } = {}) => {
    const [method, path] = [line.split(' ', 1)[0] as 'GET', line.slice(line.indexOf(' ') + 1)]
    const url = `https://example.amazonaws.com${path}`
    const request: HttpRequest = {
      ...{ method, url, headers, timeoutMs: 1, bytesMax: 1 },
      ...(body ? { body } : {}),
      aws: {
        ...{ region: 'us-east-1', service: 'service', accessKeyId: 'AKIDEXAMPLE', sessionToken },
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      },
    }
    const signed = await sign(new URL(url), request, nowMs)
    expect(signed.headers).toMatchObject({
      'x-amz-date': '20150830T123600Z',
      authorization: expect.stringMatching(
        new RegExp(
          `^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=.*, Signature=${signature}$`,
        ),
      ),
      ...(sessionToken ? { 'x-amz-security-token': sessionToken } : {}),
    })
  })
})

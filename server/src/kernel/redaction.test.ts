import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Redaction } from './redaction.ts'

const redact = (text: string): string => new Redaction().text(text)
/** Made up here, so that nobody takes them for real ones. */
const of = (length: number, alphabet = 'aB3dE5fG7hJ9kL1m'): string =>
  Array.from({ length }, (_, i) => alphabet[(i * 7) % alphabet.length]).join('')
const hex = (length: number): string => of(length, '0123456789abcdef')
const pem = (kind: string, body = of(64)): string =>
  `-----BEGIN ${kind}-----\n${body}\n${body}\n-----END ${kind}-----`

/** A line, and the part of it that must be gone. */
const secrets: [line: string, secret: string][] = [
  ['password=hunter2x', 'hunter2x'],
  ['DB_PASSWORD: s3cr3t!x', 's3cr3t!x'],
  ['{"password": "two words"}', 'two words'],
  ['{\\"password\\":\\"in ner9\\"}', 'in ner9'],
  ["passwd='x y z9'", 'x y z9'],
  ['mysql --password hunter2x -h db', 'hunter2x'],
  ['app --api-key=abcd1234efgh', 'abcd1234efgh'],
  ['pwd := hunter2x', 'hunter2x'],
  ['Server=db;User ID=sa;Password=p4ss.word;Encrypt=yes', 'p4ss.word'],
  ['DefaultEndpointsProtocol=https;AccountName=a;AccountKey=abc123+/==;', 'abc123+/=='],
  ['Endpoint=sb://x/;SharedAccessKey=abc123xyz=', 'abc123xyz='],
  [`aws_secret_access_key = ${of(40)}`, of(40)],
  ['AKIAIOSFODNN7EXAMPLE was used', 'AKIAIOSFODNN7EXAMPLE'],
  ['id ASIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE'],
  ['Authorization: Bearer abc.def-123456', 'abc.def-123456'],
  ['"authorization":"Basic dXNlcjpwYXNz"', 'dXNlcjpwYXNz'],
  ['Authorization: Digest username="u", response="6629fae49393a05397450978507c4ef1"', '6629fae4'],
  ['Authorization: AWS4-HMAC-SHA256 Credential=x/y, Signature=fe5f80f77d5fa3b', 'fe5f80f77d5fa3b'],
  [`authorization: ${hex(32)}`, hex(32)],
  ['proxy-authorization: Basic dXNlcjpwYXNzd29yZA==', 'dXNlcjpwYXNzd29yZA=='],
  ['sent Bearer 9f8e7d6c5b4a', '9f8e7d6c5b4a'],
  ['curl -H "X-Vault-Token: s.abc123def"', 's.abc123def'],
  ['X-API-Key: zzz-111-yyy', 'zzz-111-yyy'],
  ['Cookie: session=abc123; theme=dark', 'abc123'],
  ['Set-Cookie: sid=zz99; HttpOnly', 'zz99'],
  ['postgres://app:s3cr3t@db:5432/shop', 's3cr3t'],
  ['amqp://u:p@ss@rabbit:5672', 'p@ss'],
  ['redis://:s3cr3t@cache:6379', 's3cr3t'],
  [`https://${hex(40)}@github.com/x/y.git`, hex(40)],
  ['mongodb+srv://u:pw9x@cluster.example.com/?w=1', 'pw9x'],
  [`token ${`eyJ${of(20)}`}.${of(30)}.${of(40)}`, of(40)],
  [`ghp_${of(36)}`, of(36)],
  [`github_pat_${of(40)}`, of(40)],
  [`glpat-${of(20)}`, of(20)],
  [`xoxb-12345-${of(24)}`, of(24)],
  [`https://hooks.slack.com/services/T000/B000/${of(24)}`, of(24)],
  [`AIza${of(35)}`, of(35)],
  [`ya29.${of(40)}`, of(40)],
  [`sk_live_${of(24)}`, of(24)],
  [`sk-proj-${of(40)}`, of(40)],
  [`hf_${of(34)}`, of(34)],
  [`nvapi-${of(40)}`, of(40)],
  [`npm_${of(36)}`, of(36)],
  [`pypi-${of(40)}`, of(40)],
  [`dckr_pat_${of(27)}`, of(27)],
  [`SG.${of(22)}.${of(43)}`, of(43)],
  [`hvs.${of(24)}`, of(24)],
  [`sha256~${of(43)}`, of(43)],
  [`glsa_${of(32)}_${hex(8)}`, of(32)],
  [`dop_v1_${hex(64)}`, hex(64)],
  ['join with abcdef.0123456789abcdef', '0123456789abcdef'],
  [`https://x.blob.core.windows.net/c?sv=1&sig=${of(40)}&se=2`, of(40)],
  [`bot 123456789:AA${of(33)}`, of(33)],
  ['"auths":{"r":{"auth":"dXNlcjpwYXNz"}}', 'dXNlcjpwYXNz'],
  ['<db:password>s3cr3t</db:password>', 's3cr3t'],
  [`client-key-data: ${of(80)}`, of(80)],
  ['spring.datasource.password=abc#1', 'abc#1'],
  [pem('RSA PRIVATE KEY'), of(64)],
  [pem('PRIVATE KEY').replaceAll('\n', '\\n'), of(64)],
  [pem('OPENSSH PRIVATE KEY').split('-----END')[0] as string, of(64)],
  [pem('PGP PRIVATE KEY BLOCK'), of(64)],
]

test.each(secrets)('takes the secret out of %j', (line, secret) => {
  const redacted = redact(`before ${line} after`)
  expect(redacted).not.toContain(secret)
  expect(redacted).toContain('[redacted]')
  expect(redacted).toContain('before ')
})

/** Lines that a reader needs, and that only look like it. */
const lookAlikes = [
  'MountVolume.SetUp failed for volume "creds" : secret "db-creds" not found',
  'secretName: db-creds',
  'token expired',
  'token: expired',
  'invalid token: missing',
  'password=$(DB_PASSWORD)',
  '(token=missing)',
  'password: required',
  'bearer authentication required',
  'Basic authentication is not configured',
  'authorization: denied by policy',
  'max_tokens=4096 prompt_tokens: 12',
  'PWD=/home/app',
  'http://prometheus:9090/api/v1/query',
  'https://registry.example.com:5000/team/app@sha256:0123456789abcdef',
  'image: registry/app@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'uid 7c9e6679-7425-40de-944b-e07fc1f90ae7',
  'commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
  'key: app.kubernetes.io/name',
  'node.kubernetes.io/not-ready:NoExecute',
  '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  'GET /healthz 200 1.2ms',
  'kube-root-ca.crt',
  'sk-short',
  'readyz check failed: etcd',
  'cookie consent shown',
  'pod web-7d4b9c6f5-x2x8z on node ip-10-0-0-1.ec2.internal',
]
test.each(lookAlikes)('leaves %j as it is', (line) => {
  expect(redact(line)).toBe(line)
})

describe('redaction', () => {
  test('of values goes by their names too, and counts', () => {
    const redaction = new Redaction()
    const value = {
      spec: { 'db-password': 'abc', name: 'x', list: ['password=hunter2x'], on: true, apiKey: '' },
    }
    expect(redaction.value(value)).toEqual({
      spec: { 'db-password': '[redacted]', name: 'x', list: ['password=[redacted]'], on: true, apiKey: '' },
    })
    expect(redaction.counts).toEqual({ field: 1, assignment: 1 })
  })

  test('of addresses of people is a choice', () => {
    const line = 'from jane.doe+x@example.co.uk to 10.0.0.1'
    expect(redact(line)).toBe(line)
    expect(new Redaction({ emails: true }).text(line)).toBe('from [redacted] to 10.0.0.1')
  })

  test('done twice changes nothing more', () => {
    const text = fc.array(fc.oneof(fc.constantFrom(...secrets.map(([line]) => line)), fc.string()), {
      maxLength: 4,
    })
    fc.assert(
      fc.property(text, (parts) => {
        const once = redact(parts.join('\n'))
        expect(redact(once)).toBe(once)
      }),
      { numRuns: 300 },
    )
  })

  test('finds a secret wherever it stands', () => {
    const around = fc.stringMatching(/^[ -~]{0,40}$/)
    const lone = secrets.filter(([line]) => /^(?:gh|gl|xox|AIza|ya29|sk|hf_|npm|dckr|hvs|dop)/.test(line))
    fc.assert(
      fc.property(around, around, fc.constantFrom(...lone), (left, right, [line, secret]) => {
        expect(redact(`${left} ${line} ${right}`)).not.toContain(secret)
      }),
      { numRuns: 300 },
    )
  })

  test.each([
    ['names', 'password'.repeat(20_000)],
    ['signs', `password${':'.repeat(100_000)}`],
    ['keys', '-----BEGIN PRIVATE KEY-----'.repeat(4_000)],
    ['quotes', 'password="'.repeat(10_000)],
    ['addresses', 'a:'.repeat(50_000)],
    ['schemes', 'http://a:'.repeat(10_000)],
    ['dots', 'eyJabcdefgh.'.repeat(8_000)],
    ['dashes', '--a-'.repeat(30_000)],
  ])(
    'of a megabyte of %s ends',
    (_, text) => {
      expect(redact(text).length).toBeGreaterThan(0)
    },
    5_000,
  )
})

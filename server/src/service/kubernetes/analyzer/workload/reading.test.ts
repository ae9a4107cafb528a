import fc from 'fast-check'
import { expect, test } from 'vitest'
import { meaningOfExit } from './container.ts'
import { levelOf, templateOf } from './log-pattern.ts'
import { refusalOf } from './pod-creation.ts'
import { pullCauseOf } from './pod-image.ts'
import { probeFailureOf } from './pod-probe.ts'
import { missingIn } from './pod-start.ts'
import { partsOf } from './schedule-message.ts'
import { mountCauseOf, sandboxCauseOf } from './start-cause.ts'

test('a scheduler message falls into its parts, commas of a taint aside', () => {
  expect(
    partsOf(
      '0/6 nodes are available: 3 Insufficient cpu, 1 Insufficient nvidia.com/gpu, 2 node(s) had untolerated taint {gpu: a,b}. preemption: 0/6 nodes are available: 6 No preemption victims found for incoming pod.',
    ).map(({ count, text, device }) => [count, text, device]),
  ).toEqual([
    [3, 'Insufficient cpu', false],
    [1, 'Insufficient nvidia.com/gpu', true],
    [2, 'had untolerated taint {gpu: a,b}', false],
  ])
})

test.each([
  [
    'ErrImagePull',
    'failed to resolve reference "docker.io/denied/disk:1": toomanyrequests: You have reached your pull rate limit',
    'limits how often',
  ],
  ['ErrImagePull', 'failed to resolve reference "r.example/a:1": r.example/a:1: not found', 'no such image'],
  [
    'ErrImagePull',
    'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    'does not let it be read',
  ],
  [
    'ErrImagePull',
    'Head "https://r.example/v2/": dial tcp: lookup r.example on 10.0.0.2:53: no such host',
    'does not resolve',
  ],
  [
    'ErrImagePull',
    'Head "https://r.example/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    'certificate',
  ],
  ['ErrImagePull', 'Head "https://r.example/v2/": dial tcp 10.0.0.9:443: i/o timeout', 'does not answer'],
  ['ErrImagePull', 'no match for platform in manifest: not found', 'architecture'],
  ['ErrImageNeverPull', '', 'Never'],
  ['InvalidImageName', '', 'name of the image'],
])('%s %s: %s', (reason, message, said) => {
  expect(pullCauseOf(reason, [message]).title).toContain(said)
})

test.each([
  ['exceeded quota: team, requested: cpu=1, used: cpu=4, limited: cpu=4', 'quota is used up'],
  ['failed quota: team: must specify limits.memory for: app', 'asks for requests'],
  ['maximum memory usage per Container is 1Gi, but limit is 2Gi', 'limit range'],
  ['error looking up service account shop/web: serviceaccount "web" not found', 'service account'],
  ['no PriorityClass with name gold was found', 'priority class'],
  ['violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false', 'pod security'],
  [
    'failed calling webhook "v.example.com": Post "https://v.x.svc": no endpoints available for service "v"',
    'does not answer',
  ],
  ['admission webhook "v.example.com" denied the request: no', 'policy denies'],
])('%s: %s', (message, said) => {
  expect(refusalOf(message).title).toContain(said)
})

test.each([
  ['configmap "settings" not found', 'ConfigMap', 'settings'],
  ['secret "keys" not found', 'Secret', 'keys'],
  ["couldn't find key url in ConfigMap shop/settings", 'ConfigMap', 'settings'],
])('%s names %s %s', (message, kind, name) => {
  expect(missingIn(message, 'shop')[0]?.object).toEqual({ kind, namespace: 'shop', name })
})

test('probes say how they fail', () => {
  expect(probeFailureOf('Readiness probe failed: HTTP probe failed with statuscode: 503')).toEqual({
    probe: 'readiness',
    how: 'HTTP 503',
  })
  expect(
    probeFailureOf('Liveness probe failed: dial tcp 10.0.0.1:80: connect: connection refused')?.how,
  ).toContain('listens')
  expect(probeFailureOf('Back-off restarting')).toBeUndefined()
})

test('exit codes are decoded', () => {
  const said = (exitCode: number, reason = ''): string =>
    meaningOfExit({ exitCode, reason, signal: undefined })
  expect(said(137)).toContain('SIGKILL')
  expect(said(139)).toContain('SIGSEGV')
  expect(said(143)).toContain('SIGTERM')
  expect(said(127)).toContain('not found')
  expect(said(137, 'OOMKilled')).toContain('memory')
  expect(said(0)).toContain('ended well')
})

test.each([
  ['level=error msg=x', 'ERROR'],
  ['{"ts":1,"level":"ERROR","msg":"x"}', 'ERROR'],
  ['E0501 11:58:00.000000       1 reflector.go:1] x', 'ERROR'],
  ['2026-05-01T12:00:00.123Z ERROR [main] c.e.Shop - x', 'ERROR'],
  ['2026-05-01 12:00:00,123 [http-1] ERROR c.e.Shop - x', 'ERROR'],
  ['[error] 31#31: *1 connect() failed', 'ERROR'],
  ['panic: runtime error: index out of range', 'FATAL'],
  ['FATAL: password authentication failed', 'FATAL'],
  ['level=info msg="no error in error report"', 'OTHER'],
  ['{"level":"info","error":null}', 'OTHER'],
  ['I0501 11:58:00.000000       1 a.go:1] error budget is fine', 'OTHER'],
  ['GET /error/500 200', 'OTHER'],
  ['errors: 0', 'OTHER'],
  ['1'.repeat(5_000), 'OTHER'],
  ['[a] '.repeat(1_000), 'OTHER'],
  ['constructor', 'OTHER'],
])('the level of %s is %s', (line, level) => {
  expect(levelOf(line)).toBe(level)
})

test('lines of one statement have one template', () => {
  const line = (i: number): string =>
    `2026-05-01T12:00:0${i}Z ERROR order 5f2${i}9ac0 of user ${i} failed after ${i}0ms`
  expect(templateOf(line(1))).toBe(templateOf(line(7)))
  expect(templateOf(line(1))).not.toBe(templateOf('ERROR something else'))
})

test('whatever a cluster writes is read in time and without throwing', () => {
  const words = [
    'maximum ',
    'minimum ',
    'RuntimeClass ',
    'webhook ',
    '{',
    'image "',
    '[',
    ' ',
    '0/1 nodes are available: ',
    '"',
    'a',
  ]
  const hostile = fc
    .array(fc.constantFrom(...words), { minLength: 100, maxLength: 400, size: 'max' })
    .map((list) => list.join('').repeat(20))
  fc.assert(
    fc.property(hostile, (text) => {
      partsOf(text)
      pullCauseOf('ErrImagePull', [text])
      refusalOf(text)
      mountCauseOf(text)
      sandboxCauseOf(text)
      missingIn(text, 'shop')
      probeFailureOf(text)
      levelOf(text)
      templateOf(text)
    }),
    { numRuns: 40 },
  )
}, 10_000)

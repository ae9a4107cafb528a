import type { Finding } from '@aiops/contract/model/finding'
import type { TenantId } from '@aiops/contract/model/tenant'
import { expect, test } from 'vitest'
import { snapshotOf } from '../snapshot.ts'
import { analyze } from './analyze.ts'
import { isHarmless } from './case.suite.ts'
import { quoted } from './kubectl.ts'
import { formatReport, type Report } from './report.ts'
import { rules } from './rules.ts'
import { at, pending } from './workload/object.suite.ts'

const cluster = { tenant: 'acme' as TenantId, id: 'c1', name: 'one' }
const report = async (): Promise<Report> => {
  const view = snapshotOf([pending('ImagePullBackOff', 'manifest unknown')], {
    timeMs: Date.parse(at),
    unknown: ['Lease'],
  })
  return { ...(await analyze(view, cluster, rules)), rules, version: '1.2.3' }
}

test('as text it names object, why, since when, what was seen and what to do', async () => {
  const text = formatReport('text', await report())
  expect(text).toContain(
    'HIGH Pod shop/web-1: The image registry.example/shop:1.2 of container app cannot be pulled',
  )
  expect(text).toMatch(/since 2026-05-01T11:40:00.000Z, alert KubeContainerWaiting/)
  expect(text).toContain('kubectl describe pod/web-1 -n shop')
  expect(text).toContain('Lease')
  expect(text.trimEnd().split('\n').at(-1)).toMatch(/^\d+ found: /)
})

test('nothing found is said in words', () => {
  expect(formatReport('text', { findings: [], unknown: [], rules, version: '1' })).toBe('Nothing found.\n')
})

test('as JSON it is the findings as the API gives them', async () => {
  const given = await report()
  expect(JSON.parse(formatReport('json', given))).toEqual({ findings: given.findings, unknown: ['Lease'] })
})

test('as SARIF 2.1.0 each result points to its rule, its object and its causes', async () => {
  const given = await report()
  const log = JSON.parse(formatReport('sarif', given))
  expect(log.version).toBe('2.1.0')
  const [run] = log.runs
  expect(run.tool.driver.rules).toHaveLength(rules.length)
  expect(new Set(run.tool.driver.rules.map((rule: { id: string }) => rule.id)).size).toBe(rules.length)
  expect(run.results).toHaveLength(given.findings.length)
  given.findings.forEach((finding: Finding, i) => {
    const result = run.results[i]
    expect(run.tool.driver.rules[result.ruleIndex].id).toBe(finding.rule)
    expect(['error', 'warning', 'note']).toContain(result.level)
    expect(result.message.text).not.toBe('')
    expect(result.partialFingerprints['findingId/v1']).toBe(finding.id)
    expect(result.locations[0].logicalLocations[0].name).toBe(finding.object.name)
    expect(result.locations[0].physicalLocation.artifactLocation.uri).toMatch(/^[^\s:]+$/)
  })
})

test.each([
  ['web-1', 'web-1'],
  ['a; rm -rf /', "'a; rm -rf /'"],
  ["it's", "'it'\\''s'"],
  ['$(id)', "'$(id)'"],
  ['--all', 'all'],
  ['a\u001b[2Jb', "'a [2Jb'"],
])('a name %j is taken literally by a shell', (name, word) => {
  expect(quoted(name)).toBe(word)
})

test.each(['kubectl delete pod a', 'kubectl rollout restart deployment/a', 'rm -rf /', 'kubectl apply -f x'])(
  '%s is not harmless',
  (command) => {
    expect(isHarmless(command)).toBe(false)
  },
)

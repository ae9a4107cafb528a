import { severities } from '@aiops/contract/model/severity'
import type { TenantId } from '@aiops/contract/model/tenant'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../../server/src/pipeline/explain/method/known-failure.ts'
import { cnfSignatures } from '../../server/src/service/infrastructure/cnf/index.ts'
import { GpuConfig, gpuSignatures } from '../../server/src/service/infrastructure/gpu/index.ts'
import { analyze } from '../../server/src/service/kubernetes/analyzer/analyze.ts'
import {
  condition,
  node,
  now,
  ready,
} from '../../server/src/service/kubernetes/analyzer/platform/fixture.suite.ts'
import { rules } from '../../server/src/service/kubernetes/analyzer/rules.ts'
import { snapshotOf } from '../../server/src/service/kubernetes/snapshot.ts'

/** Rules that are told as a cause and speak of no kind of trouble that causes have, with why. */
const without: Readonly<Record<string, readonly string[]>> = {
  'any condition that somebody else defined': ['node-condition', 'cluster-operator-degraded'],
  'who may do what: nothing behaves otherwise by it': [
    ...['access-everything-to-all', 'access-everything-to-default-account', 'access-wildcard-role-shared'],
    'pod-privileged',
  ],
  'something does not go away; what is there goes on': [
    'namespace-stuck-terminating',
    'pod-stuck-terminating',
  ],
  'hinders the next drain, and nobody now': ['pdb-not-enough-healthy', 'pdb-overlap', 'pdb-sync-failed'],
  'the number of replicas does not follow the load; whether that is too few shows elsewhere': [
    ...['hpa-target-missing', 'hpa-metrics-unavailable', 'hpa-no-requests', 'hpa-replicas-mismatch'],
    ...['keda-scaled-object-not-ready', 'keda-scale-target-missing'],
  ],
  'work that is not begun fails nobody': [
    'cron-job-schedule-invalid',
    'cron-job-deadline',
    'cron-job-missed',
  ],
  'a limit or a date that is near': ['node-overcommitted', 'webhook-ca-expiring', 'webhook-ca-unreadable'],
  'versions and clocks that are apart': ['node-clock-skew', 'node-version-skew', 'gpu-driver-mismatch-node'],
  'a kind of object that cannot be made, or operators that are not brought in: what runs goes on': [
    ...['custom-resource-not-established', 'olm-catalog-source-not-ready', 'olm-subscription-fault'],
    ...['olm-operator-groups-several', 'olm-cluster-catalog-fault'],
  ],
  'a fault or heat of a GPU, of which there is no kind': [
    ...['gpu-xid-48', 'gpu-xid-64', 'gpu-xid-74', 'gpu-xid-94', 'gpu-xid-95', 'gpu-xid-140', 'gpu-xid-121'],
    ...['gpu-xid-microcontroller', 'gpu-xid-context-switch', 'gpu-xid-gsp', 'gpu-xid-154', 'gpu-xid-fleet'],
    ...['gpu-xid-application-repeated', 'gpu-temperature', 'gpu-memory-temperature', 'gpu-throttle-thermal'],
    ...['gpu-throttle-hardware', 'gpu-clock-low', 'gpu-fan', 'gpu-ecc-double-bit', 'gpu-row-remap-failure'],
    ...['gpu-row-remap-pending', 'gpu-row-remap-uncorrectable', 'gpu-page-retirement-pending'],
    ...['gpu-pcie-replay', 'gpu-pcie-narrow', 'gpu-nvlink-errors', 'gpu-health-status'],
  ],
  'how a GPU is divided': ['gpu-mig-undivided', 'gpu-mig-mismatch', 'gpu-mig-config-failed'],
  'the time of day, of which there is no kind': [
    ...['ptp-grandmaster-lost', 'ptp-gnss-lost', 'ptp-freerun', 'ptp-holdover', 'ptp-offset-high'],
    ...['ptp-offset-unknown', 'ptp-class-degraded', 'ptp-system-clock-astray', 'ptp-process-restarts'],
    'ptp-port-faulty',
  ],
  'who measures is gone, which says nothing of what was measured': ['gpu-exporter-gone', 'ptp-silent'],
}

const told = [...rules, ...gpuSignatures(GpuConfig.parse({})), ...cnfSignatures()].filter(
  ({ severity }) => severities.indexOf(severity) <= severities.indexOf('MEDIUM'),
)
const withReason = new Set(Object.values(without).flat())

/** Rules whose kind of trouble only their sentence tells. */
const bySentence = new Set(['node-pressure'])

describe('the category of a cause that a finding tells', () => {
  test('is known for each rule from MEDIUM on, or it is said why not', () => {
    const unknown = told.filter(
      ({ id, severity }) =>
        failureOf({ rule: id, severity, title: '' })[0] === 'OTHER' && !bySentence.has(id),
    )
    expect(unknown.map(({ id }) => id).filter((id) => !withReason.has(id))).toEqual([])
  })

  test('has a reason for none that has a kind, and for none that is no rule', () => {
    const ids = new Map(told.map((rule) => [rule.id, rule]))
    expect([...withReason].filter((id) => !ids.has(id))).toEqual([])
    const both = [...withReason].filter((id) => {
      const rule = ids.get(id)
      return rule && failureOf({ rule: id, severity: rule.severity, title: '' })[0] !== 'OTHER'
    })
    expect(both).toEqual([])
  })

  test.each([
    ['MemoryPressure', 'MEMORY'],
    ['DiskPressure', 'DISK'],
    ['PIDPressure', 'POOL'],
  ])('of node-pressure follows from the condition: %s is %s', async (type, category) => {
    const short = node('n1', { conditions: [ready, condition(type, 'True')] })
    const cluster = { tenant: 'acme' as TenantId, id: 'c1', name: 'one' }
    const { findings } = await analyze(snapshotOf([short], { timeMs: Date.parse(now) }), cluster, rules)
    const found = findings.filter(({ rule }) => rule === 'node-pressure')
    expect(found.map((finding) => failureOf(finding)[0])).toEqual([category])
  })
})

import { describe, expect, test } from 'vitest'
import { atOnce } from '../../../kernel/stepwise.ts'
import { zipOf } from '../../../kernel/zip.ts'
import { snapshotOf } from '../snapshot.ts'
import { diagnostics } from './diagnostics.ts'
import { type SupportBundleAsk, supportBundle } from './support-bundle.ts'

const pod = (name: string, more: object = {}) => ({
  kind: 'Pod',
  metadata: { namespace: 'shop', name, ...more },
  spec: { containers: [{ name: 'main' }] },
  status: { phase: 'Running' },
})
const event = {
  kind: 'Event',
  metadata: { namespace: 'shop', name: 'e' },
  message: 'pull failed: https://u:s3cr3t@registry/v2',
  lastTimestamp: '2026-01-01T00:00:00Z',
}
const logs = { 'shop/web/main': ['ready', 'connecting to postgres://app:s3cr3t@db/shop', 'token=s3cr3t'] }

function bundleOf(
  objects: object[],
  more: Partial<SupportBundleAsk> = {},
  lines: Record<string, string[]> = logs,
) {
  const view = snapshotOf(objects, { timeMs: 1_767_225_600_000, logs: lines, unknown: ['Node'] })
  return atOnce(
    supportBundle({
      ...{ view, cluster: { id: 'c1', name: 'east' }, version: '1.0', createdMs: view.timeMs },
      ...{ checks: diagnostics(view), findings: [], ...more },
    }),
  )
}

describe('a support bundle', () => {
  const { files, leftOut } = bundleOf([pod('web', { annotations: { 'db-password': 's3cr3t' } }), event], {
    problemStatement: 'slow since I set password=s3cr3t',
  })

  test('has what somebody who helps must see', () => {
    for (const path of [
      ...['metadata.json', 'cluster_info.json', 'diagnostics.json', 'findings.json', 'events.json'],
      ...['topology.json', 'logs/shop/web/main.log'],
      ...[
        'manifests/nodes.json',
        'manifests/pods.json',
        'manifests/services.json',
        'manifests/networkpolicies.json',
      ],
    ])
      expect([...files.keys()]).toContain(path)
    for (const [path, text] of files) if (path.endsWith('.json')) expect(() => JSON.parse(text)).not.toThrow()
    expect(JSON.parse(files.get('metadata.json') ?? '')).toMatchObject({
      ...{ cluster: { name: 'east' }, left_out: [], files: files.size },
      redacted: { assignment: 2, url_password: 2, field: 1 },
    })
    expect(JSON.parse(files.get('cluster_info.json') ?? '').unknown_kinds).toEqual(['Node'])
    expect(leftOut).toEqual([])
  })

  test('has no secret in any file', () => {
    for (const text of files.values()) expect(text).not.toContain('s3cr3t')
    expect(files.get('logs/shop/web/main.log')).toBe(
      'ready\nconnecting to postgres://app:[redacted]@db/shop\ntoken=[redacted]\n',
    )
  })

  test('keeps to its size, the end of a log before its beginning, and says what it left out', () => {
    const many = Array.from({ length: 3_000 }, (_, i) => pod(`p${i}`))
    const lines = { 'shop/p0/main': Array.from({ length: 9_000 }, (_, i) => `${'x'.repeat(90)} line ${i}`) }
    const bundle = bundleOf(many, { bytesMax: 1_000_000 }, lines)
    const size = [...bundle.files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    expect(size).toBeLessThanOrEqual(1_000_000)
    expect(bundle.files.get('logs/shop/p0/main.log')).toMatch(/line 8999\n$/)
    expect(bundle.leftOut).toContainEqual(
      expect.stringMatching(/^logs\/shop\/p0\/main\.log: \d+ older lines$/),
    )
    expect(bundle.leftOut).toContainEqual(expect.stringMatching(/^manifests\/pods\.json: \d+ of 3000$/))
    expect(JSON.parse(bundle.files.get('metadata.json') ?? '').left_out).toEqual(bundle.leftOut)
  })

  test('of objects with names that are paths stays in its folder', async () => {
    const evil = { 'shop/../../etc/main': ['x'], 'shop/.../main': ['x'] }
    const bundle = bundleOf([pod('../../etc'), pod('...')], {}, evil)
    const entries = [...bundle.files].map(([path, content]) => ({ path, content }))
    expect(entries.some(({ path }) => path.includes('..'))).toBe(false)
    await expect(zipOf(entries, 0)).resolves.toBeInstanceOf(Uint8Array)
  })
})

import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { integration } from './real-server.ts'

const folder = new URL('../../deploy/prometheus/', import.meta.url).pathname

integration(
  'the alert rules of the placement dashboard, in a real Prometheus’ own checker',
  ['promtool'],
  () => {
    test('are rules, and fire when they should and not otherwise', () => {
      const run = (...args: string[]) => execFileSync('promtool', args, { cwd: folder, encoding: 'utf8' })
      expect(run('check', 'rules', 'swen-alerts.yml')).toContain('11 rules found')
      expect(run('test', 'rules', 'swen-alerts.test.yml')).toContain('SUCCESS')
    })
  },
)

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openPositionFile } from '../../server/src/adapter/folder/position-file.ts'
import { openVictoriaLogStore, VictoriaLogsConfig } from '../../server/src/adapter/victorialogs/index.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import { createLog } from '../../server/src/kernel/log.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import { systemRandom } from '../../server/src/kernel/random.ts'
import { type LogStoreSubject, logStoreConformance } from '../../server/src/port/log-store.suite.ts'
import type { LogQuery, LogStore, StoredLog } from '../../server/src/port/log-store.ts'
import { integration, startServer } from './real-server.ts'

integration('a real VictoriaLogs', ['victoria-logs'], () => {
  logStoreConformance('VictoriaLogs', openSubject)

  test('gives back any message and name it was given, from the server itself', async () => {
    const subject = await openSubject()
    onTestFinished(() => subject.close())
    const record = logOf({
      message: ' a "b" \\ [c] \t{d} $e^ *?+|() \u0001 \n😀 ',
      labels: { 'service.name': 'x', _msg: 'label', 'attr.a': 'b', trace_id: 'no', 'ünï "q"': '{,}' },
      attributes: { _time: 'x', '': 'empty name', 'a b': '"' },
    })
    subject.store.append({ tenant: 'default', records: [record, logOf({ message: '' })] }, 1)
    const store = await subject.restart()
    expect((await store.search(queryOf({ contains: '"b" \\ [c] \t{d} $e^ *?+|() ' }))).records).toEqual([
      record,
    ])
    expect((await store.search(queryOf({ labels: record.labels }))).records).toEqual([record])
    expect((await store.search(queryOf({}))).records.map(({ message }) => message).sort()).toEqual([
      '',
      record.message,
    ])
  })
  test('shows an entry once that is written twice, as after a crash', async () => {
    const subject = await openSubject()
    onTestFinished(() => subject.close())
    const records = [logOf({ message: 'a' }), logOf({ message: 'a' })]
    subject.store.append({ tenant: 'default', records }, 3)
    await subject.store.checkpoint()
    subject.store.append({ tenant: 'default', records }, 3)
    await subject.store.checkpoint()
    expect((await subject.store.search(queryOf({}))).records).toHaveLength(2)
  })
})

async function openSubject(): Promise<LogStoreSubject> {
  const server = await startServer({
    program: 'victoria-logs',
    readyPath: '/health',
    args: (port, folder) => [
      `-httpListenAddr=127.0.0.1:${port}`,
      `-storageDataPath=${join(folder, 'data')}`,
      '-retentionPeriod=100y',
      '-loggerLevel=ERROR',
      '-memory.allowedBytes=128MB',
    ],
  })
  const folder = mkdtempSync(join(tmpdir(), 'aiops-logs-'))
  const open = (): Promise<LogStore> =>
    openVictoriaLogStore({
      ...{ url: server.origin, origin: '', clock: systemClock, random: systemRandom },
      ...{ log: createLog({ level: 'silent' }), metrics: createMetrics() },
      positions: openPositionFile(join(folder, 'positions.json')),
      config: VictoriaLogsConfig.parse({ durable_ms: '0' }),
    })
  let store = await open()
  return {
    get store() {
      return store
    },
    async restart() {
      await store.close()
      store = await open()
      return store
    },
    async close() {
      await store.close()
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const logOf = (part: Partial<StoredLog>): StoredLog => ({
  ...{
    timeMs: 1_700_000_000_000,
    severity: 'INFO',
    message: 'm',
    labels: {},
    attributes: {},
    traceId: '',
    spanId: '',
  },
  ...part,
})
const queryOf = (part: Partial<LogQuery>): LogQuery => ({
  ...{ tenant: 'default', labels: {}, contains: '', traceId: '', startMs: 0, endMs: 8e15, limit: 100 },
  ...part,
})

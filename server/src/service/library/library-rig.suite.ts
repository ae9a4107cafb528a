import { KnowledgeInput } from '@aiops/contract/model/knowledge'
import type { Runbook } from '@aiops/contract/model/runbook'
import { ManualClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import type { DocumentFile } from '../../port/document-source.ts'
import type { RecordStore } from '../../port/record-store.ts'
import { createLibrary, type EmbedderAudit, type Library, LibraryConfig, type LibraryDeps } from './index.ts'

export type LibraryRig = {
  library: Library
  records: RecordStore
  clock: ManualClock
  bus: LibraryDeps['bus']
  /** What is in the first tenant's folder. */
  files: DocumentFile[]
  runbooks: Runbook[]
  audited: EmbedderAudit[]
}

export type RigOptions = Partial<Pick<LibraryDeps, 'embedder' | 'mayEmbed' | 'changes' | 'neighbours'>> & {
  records?: RecordStore
  config?: Record<string, unknown>
}

/** What the rig stands on: a test hands in adapters, which a suite may not import. */
export type Ground = { openRecords(): Promise<RecordStore>; openBus(): LibraryDeps['bus'] }

/** A library of the tenants default and shop, over records in memory. */
export async function openLibraryRig(ground: Ground, options: RigOptions = {}): Promise<LibraryRig> {
  const records = options.records ?? (await ground.openRecords())
  const clock = new ManualClock()
  const metrics = createMetrics()
  const log = silentLog
  const bus = ground.openBus()
  const files: DocumentFile[] = []
  const runbooks: Runbook[] = []
  const audited: EmbedderAudit[] = []
  const library = createLibrary(
    {
      ...{ clock, random: seededRandom(1), metrics, log, bus, records, tenants: ['default', 'shop'] },
      files: [{ tenant: 'default', source: { load: async () => [...files] } }],
      runbooks: () => runbooks,
      changes: options.changes ?? (async () => ({ changes: [] })),
      neighbours: options.neighbours ?? (() => undefined),
      embedder: options.embedder ?? null,
      mayEmbed: options.mayEmbed ?? (() => true),
      audit: async (record) => void audited.push(record),
    },
    LibraryConfig.parse(options.config ?? {}),
  )
  await library.start()
  await library.refresh()
  return { library, records, clock, bus, files, runbooks, audited }
}

export const documentInput = (
  title: string,
  text: string,
  more: Partial<KnowledgeInput> = {},
): KnowledgeInput => KnowledgeInput.parse({ title, text, ...more })

export const asked = (text: string) => ({ text, kinds: [], limit: 10 })

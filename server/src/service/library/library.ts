import type { KnowledgeDocument, KnowledgeInput } from '@aiops/contract/model/knowledge'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../kernel/clock.ts'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { createRepeated } from '../../kernel/repeated.ts'
import { Turn } from '../../kernel/turn.ts'
import type { LibraryConfig } from './config.ts'
import { readFiles, readRunbooks } from './document/outside.ts'
import type { Library, LibraryDeps } from './index.ts'
import { Meaning } from './meaning/meaning.ts'
import { searchShelf } from './search/search.ts'
import { Shelf } from './shelf.ts'
import { IncidentMemory } from './similar/incident-memory.ts'
import { incidentDocument, incidentDocumentId } from './similar/incident-text.ts'

const pageMax = 100
const loadingNote = 'The knowledge base is still being loaded: more may be found in a minute.'

export function createLibrary(deps: LibraryDeps, config: LibraryConfig): Library {
  const { clock, log, records, metrics } = deps
  const shelves = new Map(deps.tenants.map((tenant) => [tenant, new Shelf(tenant, new Turn(clock))]))
  const shelfOf = (tenant: TenantId): Shelf => {
    const shelf = shelves.get(tenant)
    if (!shelf) throw new Fault('TENANT_UNKNOWN', `There is no tenant ${tenant.slice(0, 64)}.`)
    return shelf
  }
  const load = (shelf: Shelf, id: string) => loadFrom(deps, shelf, id)
  const meaning = deps.embedder
    ? new Meaning(
        { ...deps, embedder: deps.embedder, load: (tenant, id) => load(shelfOf(tenant), id) },
        config.embedder,
      )
    : null
  const put = async (shelf: Shelf, document: KnowledgeDocument, text: string | (() => string) | null) => {
    await shelf.put(document, text)
    meaning?.changed(shelf.tenant, document.id)
  }
  const remove = async (shelf: Shelf, id: string) => {
    if (shelf.remove(id)) await meaning?.removed(shelf.tenant, id)
  }
  const memory = new IncidentMemory(
    {
      ...deps,
      changed: (tenant, profile) =>
        shelfOf(tenant).serial.run(async () => {
          const document = incidentDocument(profile)
          if (document) await put(shelfOf(tenant), document, () => incidentDocument(profile)?.text ?? '')
          else await remove(shelfOf(tenant), incidentDocumentId(profile.id))
        }),
      gone: (tenant, id) => shelfOf(tenant).serial.run(() => remove(shelfOf(tenant), incidentDocumentId(id))),
    },
    config,
  )
  metrics.gauge(
    'aiops_knowledge_documents',
    'Documents that can be found, by tenant.',
    ['tenant'],
    (gauge) => {
      for (const [tenant, shelf] of shelves) gauge.set({ tenant }, shelf.size)
    },
  )

  const refresh = async (): Promise<void> => {
    for (const shelf of shelves.values()) {
      const files = await readFiles(deps, config, shelf)
      const runbooks = readRunbooks(deps, shelf)
      await shelf.serial.run(async () => {
        for (const { document, text } of [...files.changed, ...runbooks.changed])
          await put(shelf, document, text)
        for (const id of [...files.gone, ...runbooks.gone]) await remove(shelf, id)
        shelf.problems = files.problems
      })
    }
  }
  const watch = createRepeated(clock, durationMs(config.reload_interval), refresh, (error) =>
    log.warn({ error: messageOf(error) }, 'documents could not be read'),
  )
  let stopped = false
  let loaded = false
  let loading: Promise<void> = Promise.resolve()
  const loadAll = async (): Promise<void> => {
    const turn = new Turn(clock)
    await refresh()
    for (const shelf of shelves.values()) {
      for (let after = '', more = true; more && !stopped; )
        await shelf.serial.run(async () => {
          const page = await records.documents.list(shelf.tenant, after, pageMax)
          for (const document of page) await put(shelf, document, null)
          more = page.length === pageMax
          after = page.at(-1)?.id ?? ''
        })
      if (!stopped) await memory.load(shelf.tenant, turn)
      if (!stopped) await meaning?.load(shelf.tenant, (id) => shelf.get(id) !== undefined, turn)
    }
    loaded = !stopped
    if (!stopped) await meaning?.start()
  }

  return {
    ...writing({ deps, config, shelfOf, put, remove }),
    list: (tenant, filter) => shelfOf(tenant).list(filter),
    counts: (tenant) => shelfOf(tenant).counts(),
    problems: (tenant) => shelfOf(tenant).problems,
    async get(tenant, id, version) {
      const shelf = shelfOf(tenant)
      const document = await loadFrom(deps, shelf, id, version)
      if (!document) throw missing(id, version)
      return document
    },
    async versions(tenant, id) {
      const entry = shelfOf(tenant).get(id)
      if (!entry) throw missing(id)
      if (entry.summary.origin !== 'API') return [entry.summary]
      const versions = await records.documents.versions(tenant, id)
      return versions.map(({ text: _, ...summary }) => summary)
    },
    async search(tenant, asked) {
      const found = await searchShelf(shelfOf(tenant), asked, { clock, meaning, load })
      return loaded ? found : { ...found, notes: [...found.notes, loadingNote] }
    },
    similar: (tenant, id, limit) => memory.similar(tenant, id, limit),
    async refresh() {
      await loading
      await refresh()
      await memory.work()
      await meaning?.work()
    },
    async start() {
      await memory.start()
      loading = loadAll().catch((error: unknown) =>
        log.error({ error: messageOf(error) }, 'the knowledge base could not be loaded whole'),
      )
      await watch.start()
    },
    async stop() {
      stopped = true
      await watch.stop()
      await memory.stop()
      await meaning?.stop()
      await loading
    },
  }
}

const missing = (id: string, version?: number): Fault =>
  new Fault(
    'NOT_FOUND',
    version === undefined
      ? `There is no document ${id.slice(0, 100)}.`
      : `There is no document ${id.slice(0, 100)}, or its version ${version} is not kept.`,
  )

async function loadFrom(
  { records }: LibraryDeps,
  shelf: Shelf,
  id: string,
  version?: number,
): Promise<KnowledgeDocument | undefined> {
  const entry = shelf.get(id)
  if (!entry) return undefined
  const { summary, text } = entry
  if (text === null) return records.documents.get(shelf.tenant, id, version)
  if (version !== undefined && version !== summary.version) return undefined
  return { ...summary, text: typeof text === 'string' ? text : text() }
}

type Writing = {
  deps: LibraryDeps
  config: LibraryConfig
  shelfOf(tenant: TenantId): Shelf
  put(shelf: Shelf, document: KnowledgeDocument, text: null): Promise<void>
  remove(shelf: Shelf, id: string): Promise<void>
}

/** What people write. Each write is stored and indexed before the next of its tenant begins. */
function writing({
  deps,
  config,
  shelfOf,
  put,
  remove,
}: Writing): Pick<Library, 'create' | 'update' | 'delete'> {
  const { clock, random, records } = deps
  const own = (shelf: Shelf, id: string) => {
    const entry = shelf.get(id)
    if (!entry) throw missing(id)
    if (entry.summary.origin !== 'API')
      throw new Fault(
        'CONFLICT',
        `${id.slice(0, 100)} is made of ${madeOf[entry.summary.origin]}; change it there.`,
      )
    return entry.summary
  }
  const fit = (shelf: Shelf, more: { documents: number; bytes: number }): void => {
    const { documents, bytes } = shelf.held
    if (documents + more.documents > config.documents_max)
      throw new Fault(
        'CONFLICT',
        `There are ${documents} documents, as many as there may be; remove some first.`,
      )
    if (more.bytes > 0 && bytes + more.bytes > config.bytes_max)
      throw new Fault(
        'CONFLICT',
        `The documents hold as much text as they may (${config.bytes_max} bytes); remove some first.`,
      )
  }
  return {
    create: async (tenant, actor, input) => {
      const shelf = shelfOf(tenant)
      return shelf.serial.run(async () => {
        const now = clock.now()
        const document = documentOf(input, { id: random.uuid(now), actor, at: isoTime(now) })
        fit(shelf, { documents: 1, bytes: document.size_bytes })
        await records.documents.insert(tenant, document)
        await put(shelf, document, null)
        return document
      })
    },
    update: async (tenant, actor, id, input, version) => {
      const shelf = shelfOf(tenant)
      return shelf.serial.run(async () => {
        const before = own(shelf, id)
        if (version !== undefined && version !== before.version) throw outdated(before.version, version)
        const made = documentOf(input, { id, actor, at: isoTime(clock.now()) })
        const document: KnowledgeDocument = {
          ...made,
          ...{ version: before.version + 1, created_by: before.created_by, created_at: before.created_at },
        }
        fit(shelf, { documents: 0, bytes: document.size_bytes - before.size_bytes })
        if (!(await records.documents.update(tenant, document, config.versions_max)))
          throw outdated(before.version + 1, before.version)
        await put(shelf, document, null)
        return document
      })
    },
    delete: async (tenant, id) => {
      const shelf = shelfOf(tenant)
      return shelf.serial.run(async () => {
        own(shelf, id)
        await records.documents.delete(tenant, id)
        await remove(shelf, id)
      })
    },
  }
}

const madeOf = { FILE: 'a file of the folder', RUNBOOK: 'a runbook', INCIDENT: 'an incident' } as const

const outdated = (now: number, read: number): Fault =>
  new Fault(
    'CONFLICT',
    `Somebody changed it meanwhile: it is at version ${now}, and ${read} was read. Read it again.`,
  )

function documentOf(
  input: KnowledgeInput,
  { id, actor, at }: { id: string; actor: string; at: string },
): KnowledgeDocument {
  const { kind, title, text, url } = input
  return {
    ...{ id, kind, title, text, url, origin: 'API', source: null },
    ...{ entities: [...new Set(input.entities)], tags: [...new Set(input.tags)] },
    ...{ created_by: actor, created_at: at, updated_by: actor, updated_at: at },
    ...{ version: 1, size_bytes: Buffer.byteLength(text) },
  }
}

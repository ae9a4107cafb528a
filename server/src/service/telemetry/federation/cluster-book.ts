import { durationMs } from '@aiops/contract/model/time'
import type { Clock } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import type { ClusterBackends, ClusterDirectory } from '../../../port/cluster-backend.ts'
import type { DocumentSource } from '../../../port/document-source.ts'
import { type ClusterDocument, readClusterDocuments } from './cluster-document.ts'
import type { FederationConfig } from './config.ts'

export type ClusterBookDeps = {
  clock: Clock
  log: Log
  source: DocumentSource
  /** Makes the connections a document describes. */
  connect(cluster: ClusterDocument): Promise<ClusterBackends>
  /** This program's own stores, as one of the clusters. */
  local(tenant: string): ClusterBackends
  /** Clusters that no document names; where they share an id with one of a document, the document counts. */
  registered?(tenant: string): readonly ClusterBackends[]
  /** A cluster of a document as the tenant sees it; as it is where absent. */
  seen?(tenant: string, cluster: ClusterBackends): ClusterBackends
}

type Known = { text: string; document: ClusterDocument; backends: ClusterBackends }

/** Clusters as documents name them, read again and again; a document that cannot be used leaves the clusters of the others. */
export class ClusterBook implements ClusterDirectory {
  readonly #deps: ClusterBookDeps
  readonly #reloadMs: number
  #known = new Map<string, Known>()
  #problems: { file: string; message: string }[] = []
  readonly #locals = new Map<string, ClusterBackends>()
  #stop = (): void => {}
  constructor(deps: ClusterBookDeps, config: FederationConfig) {
    this.#deps = deps
    this.#reloadMs = durationMs(config.reload_interval)
  }

  get problems(): readonly { file: string; message: string }[] {
    return this.#problems
  }

  /** The local one first. */
  list(tenant: string): readonly ClusterBackends[] {
    let local = this.#locals.get(tenant)
    if (!local) {
      local = this.#deps.local(tenant)
      this.#locals.set(tenant, local)
    }
    const named = [...this.#known.values()].filter(
      ({ document }) => document.tenant === undefined || document.tenant === tenant,
    )
    const seen = (cluster: ClusterBackends): ClusterBackends => this.#deps.seen?.(tenant, cluster) ?? cluster
    const known = [
      local,
      ...named.filter(({ backends }) => backends.id !== local.id).map(({ backends }) => seen(backends)),
    ]
    const ids = new Set(known.map(({ id }) => id))
    return [...known, ...(this.#deps.registered?.(tenant) ?? []).filter(({ id }) => !ids.has(id))]
  }

  /** As the documents are now. */
  documents(): ClusterDocument[] {
    return [...this.#known.values()].map(({ document }) => document)
  }

  async start(): Promise<void> {
    await this.#load()
    let busy = false
    this.#stop = this.#deps.clock.every(this.#reloadMs, () => {
      if (busy) return
      busy = true
      void this.#load().finally(() => {
        busy = false
      })
    })
  }

  async stop(): Promise<void> {
    this.#stop()
  }

  async #load(): Promise<void> {
    try {
      const { clusters, problems } = readClusterDocuments(await this.#deps.source.load())
      if (JSON.stringify(problems) !== JSON.stringify(this.#problems))
        for (const { file, message } of problems)
          this.#deps.log.warn({ file, problem: message }, 'a cluster document cannot be used')
      this.#problems = problems
      const known = new Map<string, Known>()
      for (const cluster of clusters) known.set(keyOf(cluster), await this.#kept(cluster))
      this.#known = known
    } catch (error) {
      this.#deps.log.warn({ problem: messageOf(error) }, 'cluster documents could not be read')
    }
  }

  /** One that did not change keeps its connections. */
  async #kept(cluster: ClusterDocument): Promise<Known> {
    const text = JSON.stringify(cluster)
    const before = this.#known.get(keyOf(cluster))
    return before?.text === text
      ? before
      : { text, document: cluster, backends: await this.#deps.connect(cluster) }
  }
}

const keyOf = ({ tenant, id }: ClusterDocument): string => JSON.stringify([tenant, id])

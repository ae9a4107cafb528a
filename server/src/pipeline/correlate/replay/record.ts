import type { EntityId } from '@aiops/contract/model/entity'
import { type CoreEvent, createCore, step } from '../core/correlate-core.ts'
import type { CorrelateTopology } from '../core/correlate-topology.ts'
import type { Core, Output } from '../core/turn.ts'
import { type KnownEntity, lineOf, writeIncidentFile } from './incident-file.ts'

/** A core that writes down what it is told, so that whoever has the file can follow it step by step. Bounded by what it is told. */
export type Recording = {
  readonly core: Core
  step(event: CoreEvent): Output[]
  /** The incident file of all steps until now. */
  text(): string
}

export function recordCore(options: Pick<Core, 'tenant' | 'topology' | 'settings' | 'newId'>): Recording {
  const lines: string[] = []
  const ids: string[] = []
  const topology = askedOf(options.topology)
  const core = createCore({
    ...options,
    topology,
    newId(nowMs) {
      const id = options.newId(nowMs)
      ids.push(id)
      return id
    },
  })
  return {
    core,
    step(event) {
      if (event.type === 'TOPOLOGY') topology.forget()
      // As it came: the core may change what it takes over.
      const written = lineOf({ event })
      try {
        const outputs = step(core, event)
        for (const known of topology.take()) lines.push(lineOf({ topology: known }))
        lines.push(written)
        return outputs
      } catch (error) {
        topology.forget()
        throw error
      }
    },
    text() {
      const { tenant, settings } = options
      return writeIncidentFile({ format: 'aiops-incident', version: 1, tenant, settings, ids }, lines)
    },
  }
}

type Asked = CorrelateTopology & {
  /** What was asked since, each once. */
  take(): KnownEntity[]
  forget(): void
}

function askedOf(topology: CorrelateTopology): Asked {
  let fresh = new Map<EntityId, KnownEntity>()
  let known = new Set<string>()
  const note = (entity: EntityId, what: string, set: (one: KnownEntity) => void): void => {
    if (known.has(`${what} ${entity}`)) return
    known.add(`${what} ${entity}`)
    const one = fresh.get(entity) ?? { entity, near: [], dependencies: null, dependents: null }
    set(one)
    fresh.set(entity, one)
  }
  return {
    neighbourhood(entity, depth) {
      const near = topology.neighbourhood(entity, depth)
      note(entity, `near ${depth}`, (one) => void one.near.push([depth, [...near]]))
      return near
    },
    dependencies(entity) {
      const found = topology.dependencies(entity)
      note(entity, 'dependencies', (one) => Object.assign(one, { dependencies: [...found] }))
      return found
    },
    dependents(entity) {
      const found = topology.dependents(entity)
      note(entity, 'dependents', (one) => Object.assign(one, { dependents: [...found] }))
      return found
    },
    take() {
      const taken = [...fresh.values()]
      fresh = new Map()
      return taken
    },
    forget() {
      fresh = new Map()
      known = new Set()
    },
  }
}

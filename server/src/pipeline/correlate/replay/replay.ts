import type { EntityId } from '@aiops/contract/model/entity'
import { canonicalJson } from '../../../kernel/canonical-json.ts'
import { CorrelateConfig } from '../config.ts'
import { createCore, step } from '../core/correlate-core.ts'
import type { CorrelateTopology } from '../core/correlate-topology.ts'
import { settingsOf } from '../core/settings.ts'
import type { Core, CoreSettings, Output } from '../core/turn.ts'
import { type KnownEntity, readIncidentFile } from './incident-file.ts'

/** What each event of an incident file makes the live correlation do: the same file, the same outputs, always. */
export function* replayIncidentFile(text: string): Iterable<Output[]> {
  const { header, lines } = readIncidentFile(text)
  const known = new KnownTopology()
  let given = 0
  const core: Core = createCore({
    tenant: header.tenant,
    topology: known,
    // What a later version added has its default.
    settings: { ...settingsOf(CorrelateConfig.parse({})), ...header.settings } as CoreSettings,
    newId() {
      given += 1
      return header.ids[given - 1] ?? `replayed-${given}`
    },
  })
  for (const line of lines) {
    if ('topology' in line) known.learn(line.topology)
    else yield step(core, line.event)
  }
}

/** Outputs as JSON lines, one a step; two runs are the same where these are the same bytes. */
export function outputText(steps: Iterable<readonly Output[]>): string {
  let text = ''
  for (const outputs of steps) text += `${canonicalJson(outputs)}\n`
  return text
}

const nobody: ReadonlyMap<EntityId, number> = new Map()

class KnownTopology implements CorrelateTopology {
  readonly #near = new Map<string, ReadonlyMap<EntityId, number>>()
  readonly #dependencies = new Map<EntityId, EntityId[]>()
  readonly #dependents = new Map<EntityId, EntityId[]>()

  learn({ entity, near, dependencies, dependents }: KnownEntity): void {
    for (const [depth, entities] of near) this.#near.set(`${depth} ${entity}`, new Map(entities))
    if (dependencies) this.#dependencies.set(entity, dependencies)
    if (dependents) this.#dependents.set(entity, dependents)
  }

  neighbourhood(entity: EntityId, depth: number): ReadonlyMap<EntityId, number> {
    return this.#near.get(`${depth} ${entity}`) ?? nobody
  }
  dependencies(entity: EntityId): EntityId[] {
    return this.#dependencies.get(entity) ?? []
  }
  dependents(entity: EntityId): EntityId[] {
    return this.#dependents.get(entity) ?? []
  }
}

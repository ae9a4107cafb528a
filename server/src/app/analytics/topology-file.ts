import { readFileSync } from 'node:fs'
import { TopologyInput } from '@aiops/contract/model/topology'
import { parse as parseYaml } from 'yaml'
import { Fault, messageOf } from '../../kernel/fault.ts'

/** The topology that a file gives, YAML or JSON; CONFIG_INVALID with what is wrong with it. */
export function readTopologyFile(path: string): TopologyInput {
  try {
    return TopologyInput.parse(parseYaml(readFileSync(path, 'utf8'), { maxAliasCount: 20 }))
  } catch (error) {
    throw new Fault('CONFIG_INVALID', `knowledge.topology_file: ${path}: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

import { parse as parseYaml } from 'yaml'
import { Fault, messageOf } from '../../../../kernel/fault.ts'
import { besides } from '../http-access.ts'
import type { TargetGroup } from '../target.ts'
import { type DiscoveryDeps, groupsOf, TargetGroups } from './target-group.ts'

/** `file_sd_configs`: JSON or YAML lists of groups. A file that is wrong is named; the others count all the same only where all are right. */
export async function discoverFiles(
  patterns: readonly string[],
  document: string,
  deps: Pick<DiscoveryDeps, 'files'>,
): Promise<TargetGroup[]> {
  const groups: TargetGroup[] = []
  for (const pattern of patterns)
    for (const path of await deps.files.list(besides(document, pattern))) {
      const text = await deps.files.read(path)
      const parsed = TargetGroups.safeParse(contentOf(path, text) ?? [])
      if (!parsed.success) throw new Fault('VALIDATION_FAILED', `${path} is no list of target groups.`)
      groups.push(...groupsOf(parsed.data, { __meta_filepath: path }))
    }
  return groups
}

function contentOf(path: string, text: string): unknown {
  try {
    return path.toLowerCase().endsWith('.json')
      ? JSON.parse(text)
      : parseYaml(text, { maxAliasCount: 100, logLevel: 'error' })
  } catch (error) {
    throw new Fault('VALIDATION_FAILED', `${path} cannot be read: ${messageOf(error).split('\n')[0]}.`)
  }
}

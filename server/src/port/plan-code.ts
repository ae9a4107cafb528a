/**
 * What of a machine-readable plan (`show -json`, format 1.x) would run a program or fetch code while it is planned or applied. The files
 * are looked at before anything runs; this looks again at what the engine itself read.
 */
export type PlannedCode = { address: string; what: string }

/**
 * Types whose purpose is to run a program on the machine of the engine, or to read and write its files: of hashicorp/external,
 * hashicorp/local, hashicorp/archive, hashicorp/template and scottwinkler/shell. `terraform_remote_state` asks any address with the credentials of our own state.
 */
export const refusedTypes: ReadonlySet<string> = new Set([
  ...['external', 'shell_script', 'local_command', 'local_file', 'local_sensitive_file'],
  ...['archive_file', 'template_file', 'template_dir', 'terraform_remote_state'],
])

/** Modules and resources looked at; a plan that holds more than this is refused where it is read. */
const nodesMax = 100_000

export function codeOfPlan(json: unknown): PlannedCode[] {
  const found: PlannedCode[] = []
  const open: { module: Json; prefix: string }[] = []
  const configuration = objectOf(objectOf(json).configuration)
  open.push({ module: objectOf(configuration.root_module), prefix: '' })
  let nodes = 0
  for (let next = open.pop(); next; next = open.pop()) {
    const { module, prefix } = next
    for (const resource of arrayOf(module.resources).map(objectOf)) {
      nodes += 1
      const address = `${prefix}${String(resource.address ?? '?')}`
      for (const provisioner of arrayOf(resource.provisioners).map(objectOf))
        found.push({ address, what: `a ${String(provisioner.type)} provisioner` })
      if (refusedTypes.has(String(resource.type))) found.push({ address, what: `${String(resource.type)}` })
    }
    for (const [name, call] of Object.entries(objectOf(module.module_calls))) {
      nodes += 1
      const source = String(objectOf(call).source ?? '')
      const address = `${prefix}module.${name}`
      if (!/^\.{1,2}\//.test(source)) found.push({ address, what: `a module from ${source.slice(0, 200)}` })
      open.push({ module: objectOf(objectOf(call).module), prefix: `${address}.` })
    }
    if (nodes > nodesMax) return [...found, { address: '', what: `more than ${nodesMax} resources` }]
  }
  return found
}

type Json = Readonly<Record<string, unknown>>
const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
const arrayOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

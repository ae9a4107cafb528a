import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../kernel/fault.ts'
import { type SecretSource, secretName } from '../../port/secret-source.ts'

const lengthMax = 65_536

/**
 * Secret NAME from the environment (`AIOPS_SECRET_NAME`) or, without that, from the file NAME of the folder, its last line break
 * left off. Read anew each time, so that a rotated secret is taken without a restart.
 */
export function createSecretFolder(
  path: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): SecretSource {
  return {
    async read(name) {
      if (!secretName.test(name))
        throw new Fault(
          'VALIDATION_FAILED',
          `"${name.slice(0, 64)}" is no name of a secret: capital letters, digits and underscores.`,
        )
      const value =
        environment[`AIOPS_SECRET_${name}`] ?? (await fileOf(join(path, name)))?.replace(/\r?\n$/, '')
      if (!value)
        throw new Fault(
          'VALIDATION_FAILED',
          `Secret ${name} is not set: put it into the environment as AIOPS_SECRET_${name} or into the file ${join(path, name)}.`,
        )
      if (value.length > lengthMax)
        throw new Fault('VALIDATION_FAILED', `Secret ${name} is longer than ${lengthMax} characters.`)
      return value
    },
  }
}

async function fileOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return undefined
  }
}

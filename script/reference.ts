// Writes docs/reference from the code; with --check only says which pages are out of step, and ends in 1 where any is.
// Run by `npm run reference`. TypeScript, unlike the other scripts, since it loads the program: the pinned Node runs it.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { contractPages } from './reference/contract-page.ts'
import { findingPages } from './reference/finding-page.ts'
import { page, table } from './reference/markdown.ts'
import { programPages } from './reference/program-page.ts'

export const referenceFolder = fileURLToPath(new URL('../docs/reference/', import.meta.url))

const about: Record<string, string> = {
  'api.md': 'every operation with its parameters, body, answer, errors and an example',
  'errors.md': 'the one error form and every code',
  'permissions.md': 'what each role may do and what each operation needs',
  'protocols.md': 'where senders deliver telemetry and alerts',
  'live.md': 'the WebSocket: messages and bounds',
  'events.md': 'what the stages tell one another',
  'pipeline.md': 'the flow as a table and a picture',
  'configuration.md': 'every setting with its default and its name in the environment',
  'findings.md': 'every rule of the analyzers: what it finds, and what looks alike and is none',
  'cli.md': 'the help of every command',
}

/** Name of each page → what makes its text. */
export const pages: Readonly<Record<string, () => Promise<string> | string>> = {
  'README.md': () =>
    page(
      'Reference',
      'These pages are made from the code by `npm run reference`, and a test keeps them in step.',
      table(
        ['page', 'what is in it'],
        Object.entries(about).map(([name, what]) => [`[${name.replace('.md', '')}](${name})`, what]),
      ),
    ),
  ...contractPages,
  ...programPages,
  ...findingPages,
}

export const writtenPage = (name: string): string | undefined => {
  try {
    return readFileSync(join(referenceFolder, name), 'utf8')
  } catch {
    return undefined
  }
}

async function run(isCheck: boolean): Promise<number> {
  mkdirSync(referenceFolder, { recursive: true })
  const stray = readdirSync(referenceFolder).filter((name) => !(name in pages))
  let changed = stray.length
  for (const name of stray) if (!isCheck) rmSync(join(referenceFolder, name))
  for (const [name, make] of Object.entries(pages)) {
    const text = await make()
    if (text === writtenPage(name)) continue
    changed += 1
    if (isCheck) process.stderr.write(`docs/reference/${name} is out of step with the code\n`)
    else writeFileSync(join(referenceFolder, name), text)
  }
  if (isCheck && changed > 0) process.stderr.write('Run "npm run reference".\n')
  if (!isCheck) process.stdout.write(`${Object.keys(pages).length} pages, ${changed} changed\n`)
  return isCheck && changed > 0 ? 1 : 0
}

if (import.meta.main) process.exit(await run(process.argv.includes('--check')))

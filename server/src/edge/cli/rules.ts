import { glob, readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { type Command, Option } from 'commander'
import { messageOf } from '../../kernel/fault.ts'
import {
  checkRules,
  createPromqlEngine,
  promqlLanguage,
  runUnitTests,
} from '../../service/telemetry/index.ts'
import { Exit } from './exit.ts'
import { print, printable, printJson } from './print.ts'

type CheckOptions = { lint: string; lintFatal?: boolean; ignoreUnknownFields?: boolean; json?: boolean }
type TestOptions = { run?: string[]; ignoreUnknownFields?: boolean; json?: boolean }

/** Code of what is right but not as it should be, as promtool has it. */
const lintCode = 3

/** `aiops rules`: rule files and their unit tests without a server, by the code that runs them in one. */
export function rulesCommand(program: Command): void {
  const rules = program
    .command('rules')
    .description('check recording and alerting rules in Prometheus’ form, and run their unit tests')
    .addHelpText('after', examples)
  rules
    .command('check')
    .description('say whether rule files can be used')
    .argument('<file...>', 'rule files')
    .addOption(
      new Option('--lint <what>', 'what to look for beside errors')
        .choices(['all', 'duplicate-rules', 'none'])
        .default('duplicate-rules'),
    )
    .option('--lint-fatal', `exit with ${lintCode} for what is found by it`)
    .option('--ignore-unknown-fields', 'pass over fields that nobody reads')
    .option('--json', 'as JSON')
    .action(check)
  rules
    .command('test')
    .description('run unit tests, written as for promtool')
    .argument('<file...>', 'files of unit tests')
    .option('--run <pattern...>', 'only tests whose name fits this regular expression')
    .option('--ignore-unknown-fields', 'pass over fields that nobody reads')
    .option('--json', 'as JSON')
    .action(test)
}

const examples = `
Examples:
  aiops rules check rules/*.yml
  aiops rules test tests/*.yml
`

async function check(files: string[], options: CheckOptions): Promise<void> {
  const results = []
  for (const file of files) results.push(await checkFile(file, options))
  if (options.json) printJson(results)
  if (results.some(({ problems }) => problems.length > 0)) throw new Exit(1)
  if (options.lintFatal && results.some(({ duplicates }) => duplicates.length > 0)) throw new Exit(lintCode)
}

async function checkFile(file: string, options: CheckOptions) {
  const say = options.json ? () => undefined : print
  say(`Checking ${file}`)
  const read = await contentOf(file)
  const found = {
    file,
    rules: 0,
    duplicates: [] as ReturnType<typeof checkRules>['duplicates'],
    problems: [] as string[],
  }
  if ('problem' in read) found.problems = [read.problem]
  else
    Object.assign(
      found,
      checkRules(read.text, promqlLanguage, { ignoreUnknown: options.ignoreUnknownFields ?? false }),
    )
  if (options.lint === 'none') found.duplicates = []
  for (const problem of found.problems) complain(`  FAILED:\n${file}: ${problem}`, options)
  if (found.problems.length === 0) say(`  SUCCESS: ${found.rules} rules found`)
  if (found.duplicates.length > 0) {
    complain(`${found.duplicates.length} duplicate rule(s) found.`, options)
    for (const { name, labels } of found.duplicates) {
      complain(`Metric: ${name}`, options)
      for (const [label, value] of Object.entries(labels)) complain(`\t${label}: ${value}`, options)
    }
    complain('Might cause inconsistency while recording expressions', options)
  }
  return found
}

async function test(files: string[], options: TestOptions): Promise<void> {
  const results: { file: string; failures: string[] }[] = []
  for (const file of files) {
    if (!options.json) print(`Unit Testing:  ${file}`)
    const failures = await testFile(file, options)
    results.push({ file, failures })
    if (options.json) continue
    if (failures.length === 0) print('  SUCCESS')
    else complain(`  FAILED:\n${failures.join('\n\n')}`, options)
    print()
  }
  if (options.json) printJson(results)
  if (results.some(({ failures }) => failures.length > 0)) throw new Exit(1)
}

async function testFile(file: string, options: TestOptions): Promise<string[]> {
  const read = await contentOf(file)
  if ('problem' in read) return [read.problem]
  const patterns = (options.run ?? []).map((pattern) => new RegExp(pattern))
  return runUnitTests(
    read.text,
    {
      promql: createPromqlEngine(),
      language: promqlLanguage,
      warn: (sentence) => complain(sentence, options),
      ruleFiles: async (pattern) => {
        const found = []
        for await (const path of glob(isAbsolute(pattern) ? pattern : join(dirname(file), pattern)))
          found.push(path)
        return Promise.all(
          found.sort().map(async (path) => ({ file: path, text: await readFile(path, 'utf8') })),
        )
      },
    },
    {
      ignoreUnknown: options.ignoreUnknownFields ?? false,
      ...(patterns.length > 0 ? { selects: (name: string) => patterns.some((one) => one.test(name)) } : {}),
    },
  )
}

async function contentOf(file: string): Promise<{ text: string } | { problem: string }> {
  try {
    return { text: await readFile(file, 'utf8') }
  } catch (error) {
    return { problem: messageOf(error) }
  }
}

const complain = (sentence: string, { json }: { json?: boolean }): void => {
  if (!json) process.stderr.write(`${printable(sentence, false)}\n`)
}

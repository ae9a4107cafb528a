import type { Reporter, TestModule, TestSuite } from 'vitest/node'

/** Names every skipped group and test before the summary: a skip is told with its reason, which is part of its name. */
export class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) =>
      skippedIn(module).map((name) => `  ${module.relativeModuleId} › ${name}`),
    )
    if (skipped.length > 0) process.stdout.write(`\nSkipped:\n${skipped.join('\n')}\n`)
  }
}

function skippedIn(parent: TestModule | TestSuite): string[] {
  return [...parent.children].flatMap((child) => {
    if (child.type === 'suite') {
      const tests = [...child.children.allTests()]
      const wholly = tests.length > 0 && tests.every((test) => test.result().state === 'skipped')
      return wholly ? [`${child.name} (${tests.length} tests)`] : skippedIn(child)
    }
    const result = child.result()
    if (result.state !== 'skipped') return []
    return [result.note ? `${child.name}: ${result.note}` : child.name]
  })
}

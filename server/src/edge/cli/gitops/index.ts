import type { Command } from 'commander'
import { deploymentCommands } from './deployment.ts'
import { policyCommands } from './policy.ts'

/** `aiops gitops …` */
export function gitopsCommands(program: Command): void {
  const gitops = program
    .command('gitops')
    .description('changes through Git: see, approve, close, plan, revert; policy, drift, kill switch')
    .addHelpText('after', examples)
  deploymentCommands(gitops)
  policyCommands(gitops)
}

const examples = `
Examples:
  aiops gitops deployments                       what is under way, and what became of the others
  aiops gitops deployment 0190b6f2-…             plan, policy, approvals, checks of one
  aiops gitops approve 0190b6f2-…                exactly the head and plan that are shown
  aiops gitops kill-switch on --reason "billing" stop everything that is not applied yet
  aiops gitops policy check --plan plan.json     what the policy says of a plan; exit 0, 3 or 1
`

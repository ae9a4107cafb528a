import { Link } from '@tanstack/react-router'
import { GitPullRequestArrow } from 'lucide-react'
import { CodeLine } from '../ui/code-line.tsx'
import { Empty } from '../ui/empty.tsx'
import { useControl } from './use-control.ts'

const example = `gitops:
  repositories:
    - name: infra
      forge: LOCAL        # or GITLAB, GITHUB, GITEA
      project: infra
      stacks:
        - name: prod
          folder: infra/envs/prod
          services:
            cart:
              file: infra/envs/prod/terraform.tfvars
              provider: cart_provider
              region: cart_region
              instance: cart_instance`

/** Nothing was ever proposed: what is there already, and what is missing for the first. */
export function HowToBegin() {
  const { data } = useControl()
  const some = (data?.repositories.length ?? 0) > 0
  return (
    <Empty icon={GitPullRequestArrow} title="Nothing has been changed through Git yet">
      {some ? (
        <p>
          A <CostLink /> that somebody proposes becomes a deployment here: a branch, a merge request, a plan
          and the policy. So does a change of variables of{' '}
          {data?.repositories.map(({ name }) => name).join(', ')} that you propose with{' '}
          <code className="font-mono text-xs">POST /api/v1/deployments</code>.
        </p>
      ) : (
        <div className="space-y-3">
          <p>
            A deployment is a change of variables in a repository of OpenTofu or Terraform: a branch, a merge
            request, a plan, the policy, approvals, an apply that is watched and taken back where it does
            harm. Name the first repository in the configuration:
          </p>
          <CodeLine label="Configuration" text={example} />
          <p className="text-xs">
            Each setting and what each forge can guard:{' '}
            <code className="font-mono">docs/guide/forges.md</code>
          </p>
        </div>
      )}
    </Empty>
  )
}

const CostLink = () => (
  <Link to="/cost" search={{ tab: 'decisions' }} className="font-medium text-accent hover:underline">
    decision
  </Link>
)

import { CfnBudget } from 'aws-cdk-lib/aws-budgets'
import { Construct } from 'constructs'

export interface MonthlyBudgetProps {
  /** US dollars per month, for everything in the account. */
  readonly usd: number
  readonly email: string
}

/**
 * Sends an e-mail when the costs of the account exceed the budget, and as soon as AWS expects that they will. The
 * budget covers the whole account, because costs are known by tag only if the account has activated the tag, and not
 * for every service.
 */
export class MonthlyBudget extends Construct {
  constructor(scope: Construct, id: string, { usd, email }: MonthlyBudgetProps) {
    super(scope, id)
    const above100Percent = (notificationType: 'ACTUAL' | 'FORECASTED') => ({
      notification: {
        notificationType,
        comparisonOperator: 'GREATER_THAN',
        threshold: 100,
        thresholdType: 'PERCENTAGE',
      },
      subscribers: [{ subscriptionType: 'EMAIL', address: email }],
    })
    new CfnBudget(this, 'Budget', {
      budget: { budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount: usd, unit: 'USD' } },
      notificationsWithSubscribers: [above100Percent('ACTUAL'), above100Percent('FORECASTED')],
    })
  }
}

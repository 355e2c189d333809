/**
 * What the sales app brings to the desk beside what follows from its DocTypes: the sales of a customer beside the form,
 * a bar for how likely a deal is, and a page with the pipeline. Each comes when it is looked at.
 */
import { ChartNoAxesColumn } from '@lucide/vue';
import { defineFrontend } from 'framework-m/frontend';
import { defineAsyncComponent } from 'vue';

export default defineFrontend({
  panels: [
    {
      key: 'crm-sales',
      label: 'Sales',
      order: 5,
      isShown: ({ meta }) => meta.name === 'Customer',
      component: defineAsyncComponent(() => import('./CustomerSales.vue')),
    },
  ],
  fields: {
    'Opportunity.probability': { cell: defineAsyncComponent(() => import('./ProbabilityCell.vue')) },
  },
  pages: {
    pipeline: {
      title: 'Pipeline',
      icon: ChartNoAxesColumn,
      component: defineAsyncComponent(() => import('./PipelinePage.vue')),
    },
  },
});

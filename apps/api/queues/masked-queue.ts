import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { QueueJobJson } from '@bull-board/api/typings/app';
import type { Job } from 'bullmq';
import { jobView } from './job-view.js';

/**
 * A queue as the board reads it: each job says of itself only what `jobView` lets it. What a job logged is not shown, nor
 * are flows and schedulers, of which we have none.
 */
export class MaskedQueue extends BullMQAdapter {
  override async getJob(id: string): Promise<Job | undefined> {
    const job = await super.getJob(id);
    return job && this.masked(job);
  }

  override async getJobs(...asked: Parameters<BullMQAdapter['getJobs']>): Promise<Job[]> {
    return (await super.getJobs(...asked)).map((job) => this.masked(job));
  }

  override getJobLogs(): Promise<string[]> {
    return Promise.resolve([]);
  }

  override getFlowProducer(): Promise<null> {
    return Promise.resolve(null);
  }

  override getJobSchedulers(): Promise<[]> {
    return Promise.resolve([]);
  }

  private masked(job: Job): Job {
    const view = jobView(this.getName(), job.toJSON() as QueueJobJson);
    return Object.assign(job, { toJSON: () => view });
  }
}

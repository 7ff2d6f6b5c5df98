_fun = (env) => {
  const { jobId } = env.state.ASK.body.data.addAiAssistantJob.data;
  return JSON.stringify({
    query: `query { getAiAssistantJobResult(data: { id: ${JSON.stringify(jobId)} delaySeconds: 5 }) { data { status answer assets { id name internalLink url } } } }`,
  });
}

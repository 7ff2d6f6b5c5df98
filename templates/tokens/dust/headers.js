_fun = (env) => {
  return {
    "Content-Type": "application/json",
    "Authorization": `Token ${env.secrets.CATALOG_API_TOKEN}`,
    "X-Catalog-Client": "dust",
  };
}

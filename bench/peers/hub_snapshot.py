"""What huggingface_hub makes of a Hub: lists a repository's files and fetches all of them. URL KIND REPOSITORY FOLDER"""
import os
import sys

url, kind, repository, folder = sys.argv[1:]
os.environ.update(HF_ENDPOINT=url, HF_HUB_OFFLINE="0", HF_HOME=folder + "-home", HF_HUB_DISABLE_TELEMETRY="1", HF_HUB_DISABLE_XET="1", HF_HUB_DISABLE_PROGRESS_BARS="1")

import huggingface_hub  # noqa: E402  it reads the environment when it is imported

api = huggingface_hub.HfApi(endpoint=url)
info = api.repo_info(repository, repo_type=kind)
tree = [entry for entry in api.list_repo_tree(repository, repo_type=kind, recursive=True)]
assert {entry.path for entry in tree} == {file.rfilename for file in info.siblings}, (tree, info.siblings)
where = huggingface_hub.snapshot_download(repository, repo_type=kind, local_dir=folder)
for entry in tree:
    assert os.path.getsize(os.path.join(where, entry.path)) == entry.size, entry
print(f"huggingface_hub {huggingface_hub.__version__}: {len(tree)} files at commit {info.sha}")
